"""The Streamlit script of the conformance suite: one run of it answers one route."""

import json
import os

import leftovers
import streamlit

VERSION = "0"


def who(name: str) -> dict[str, object]:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return {"greeting": greeting, "pid": os.getpid(), "version": VERSION}  # stop: who


route, *rest = streamlit.query_params["route"].split("/")  # stop: run
if route == "who":
    answer = who(*rest)
elif route == "version":
    answer = {"pid": os.getpid(), "version": VERSION}
else:
    answer = leftovers.traces()
streamlit.text(json.dumps(answer))
