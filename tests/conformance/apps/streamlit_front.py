"""Connects to Streamlit as a browser does, for each request: `python streamlit_front.py PORT STREAMLITS`."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


class Browsing(BaseHTTPRequestHandler):
    """Has the script run, and answers the text it shows."""

    def do_GET(self) -> None:
        """Answer one request."""
        rerun = BackMsg()
        rerun.rerun_script.query_string = f"route={self.path.removeprefix('/')}"
        shown = "none"
        with connect(f"ws://127.0.0.1:{sys.argv[2]}/_stcore/stream", max_size=None) as browser:
            browser.send(rerun.SerializeToString())
            while True:
                message = ForwardMsg.FromString(browser.recv())
                kind = message.WhichOneof("type")
                if kind == "delta" and message.delta.new_element.WhichOneof("type") == "text":
                    shown = message.delta.new_element.text.body
                if kind == "script_finished":
                    break
        body = shown.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Browsing).serve_forever()
