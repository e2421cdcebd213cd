"""A job, a store that takes its time, and a page that needs both."""

import sys
import time
from pathlib import Path

STATE = Path("/state")


def migrate():
    (STATE / "migrated").touch()


def store():
    while not (STATE / "go").exists():  # the test says when
        time.sleep(0.05)
    (STATE / "open").touch()
    time.sleep(600)


def web():
    missing = [name for name in ("migrated", "open") if not (STATE / name).exists()]
    if missing:
        sys.exit(f"started too early: {missing}")
    time.sleep(600)


{"migrate": migrate, "store": store, "web": web}[sys.argv[1]]()
