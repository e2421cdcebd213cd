"""Streamlit: a single process that runs the script anew, in a thread, on each interaction.

## What works
`streamlit run app.py` and `python -m streamlit run app.py`. A breakpoint in the script stops on every run
of it: when a browser connects, and at each interaction. So do breakpoints in the modules it imports.

## What keeps a paused worker alive
Nothing needs to: nobody watches. The browser shows that the script is running until you continue.

## What to know
Each browser tab has a run of its own; while one is paused, the others go on. An interaction during a pause
has the paused run given up at its next call of Streamlit, after you continue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchway_agent.servers import Claim, Role, Server

if TYPE_CHECKING:
    from hatchway_agent.servers import Process


def claim(process: Process) -> Claim | None:
    """Claim the one process by its command line."""
    is_streamlit = process.runs_script("streamlit") or process.runs_module("streamlit")
    if process.forked or not is_streamlit or not process.has_flag("run", "hello"):
        return None
    return Claim(Role.WORKER, score=90, because="argv runs streamlit")


SERVER = Server("streamlit", claim=claim, distribution="streamlit")
