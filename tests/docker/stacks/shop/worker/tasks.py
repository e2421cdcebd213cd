"""What the shop does later."""

import os

from celery import Celery

app = Celery("tasks", broker="redis://redis/0", backend="redis://redis/0")


@app.task
def who(name):
    greeting = f"hello {name} from worker"
    return {"greeting": greeting, "pid": os.getpid()}  # stop: who
