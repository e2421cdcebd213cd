"""Has each request done as a task, and answers what the task does: `python celery_front.py PORT`."""

import os
import sys
from typing import Any

from answering import server
from celery import Celery

REDIS = os.environ["REDIS_URL"]
app = Celery("shop", broker=REDIS, backend=REDIS)


def answer(route: str, *rest: str) -> Any:
    """Send a task and wait for its result."""
    try:
        return app.send_task(route, rest, expires=60).get(timeout=60)
    except Exception as error:  # noqa: BLE001 - a task that was killed must not be asked for again
        return {"error": repr(error)}


if __name__ == "__main__":
    server(answer, ("127.0.0.1", int(sys.argv[1]))).serve_forever()
