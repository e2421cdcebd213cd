"""The Celery application of the conformance suite: its routes are tasks."""

import os
from typing import Any

import leftovers
from celery import Celery

VERSION = "0"
REDIS = os.environ["REDIS_URL"]
app = Celery("shop", broker=REDIS, backend=REDIS)
# The test's Redis is a small one: no client of it may stay on the line for good.
app.conf.update(broker_connection_retry_on_startup=True, worker_enable_remote_control=False)
LOADED = True  # stop: import


@app.task(name="who")
def who(name: str) -> dict[str, Any]:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return {"greeting": greeting, "pid": os.getpid(), "version": VERSION}  # stop: who


@app.task(name="version")
def version() -> dict[str, Any]:
    """Answer which text of this file runs, and where."""
    return {"pid": os.getpid(), "version": VERSION}


app.task(name="hang")(leftovers.hang)
app.task(name="traces")(leftovers.traces)
