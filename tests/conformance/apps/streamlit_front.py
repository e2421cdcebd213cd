"""Connects to Streamlit as a browser does, for each request: `python streamlit_front.py PORT STREAMLITS`."""

import json
import sys
from typing import Any

from answering import server
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect


def answer(*words: str) -> Any:
    """Have the script run, and answer the text it shows."""
    rerun = BackMsg()
    rerun.rerun_script.query_string = f"route={'/'.join(words)}"
    shown = ""
    with connect(f"ws://127.0.0.1:{sys.argv[2]}/_stcore/stream", max_size=None) as browser:
        browser.send(rerun.SerializeToString())
        while True:
            message = ForwardMsg.FromString(browser.recv())
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "text":
                shown = message.delta.new_element.text.body
            if kind == "script_finished":
                return json.loads(shown)


if __name__ == "__main__":
    server(answer, ("127.0.0.1", int(sys.argv[1]))).serve_forever()
