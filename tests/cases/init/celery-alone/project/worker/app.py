"""Sends reports each morning."""

import os

from celery import Celery
from celery.schedules import crontab

app = Celery("worker", broker=os.environ.get("BROKER_URL", "amqp://guest:guest@localhost//"))


@app.on_after_configure.connect
def plan(sender, **kwargs):
    sender.add_periodic_task(crontab(hour=7, minute=0), report.s())


@app.task
def report():
    print("reported")
