"""Has each request done as a task, and answers what the task does: `python celery_front.py PORT`."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from celery import Celery

REDIS = os.environ["REDIS_URL"]
app = Celery("shop", broker=REDIS, backend=REDIS)


class Asking(BaseHTTPRequestHandler):
    """Sends a task and waits for its result."""

    def do_GET(self) -> None:
        """Answer one request."""
        _, route, *rest = self.path.split("/")
        try:
            answer = app.send_task(route, rest, expires=60).get(timeout=60)
        except Exception as error:  # noqa: BLE001 - a task that was killed must not be asked for again
            answer = {"error": repr(error)}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Asking).serve_forever()
