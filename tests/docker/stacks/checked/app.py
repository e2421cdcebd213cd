"""A page of a server with a single thread: while that is paused, its health check gets no answer."""

import json
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

BEGUN = time.time()


class Handler(BaseHTTPRequestHandler):
    """Answers to everything."""

    def do_GET(self):
        answer = {"path": self.path, "begun": BEGUN}
        if self.path.startswith("/who/"):
            answer["greeting"] = f"hello {self.path.removeprefix('/who/')} from web"  # stop: who
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("", 8000), Handler).serve_forever()
