import os

from celery import Celery
from flask import Flask

app = Flask(__name__)
celery = Celery("shop", broker=os.environ["BROKER_URL"])


@app.get("/")
def index():
    return "shop"


@celery.task
def send(order):
    return order
