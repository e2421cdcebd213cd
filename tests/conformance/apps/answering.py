"""An HTTP server on the standard library alone: a function answers the words of each path."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def server(
    answer: Callable[..., Any], address: tuple[str, int], *, binds: bool = True
) -> ThreadingHTTPServer:
    """Make a server whose answers are JSON; what is raised ends the connection without an answer."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answer(*self.path.split("/")[1:])).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(address, Answering, bind_and_activate=binds)
