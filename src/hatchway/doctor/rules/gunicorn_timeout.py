"""gunicorn kills the worker that a debugger has paused.

## What it finds
A service under gunicorn with a debugger of its own, such as `debugpy.listen`, whose `--timeout` is not off.

## Why it breaks
A worker that is paused in a sync or gevent worker does not tell its arbiter that it lives. After `--timeout`
seconds, 30 unless told, the arbiter aborts it: the request dies while you look at it.

## Example
In `compose.yaml`:

    services:
      web:
        build: .
        command: gunicorn app:app

In `Dockerfile`:

    FROM python:3.13-slim

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
Under `hatchway up` paused workers are kept alive and the command stays as it is. By hand, without a time-out.
In `compose.yaml`:

    services:
      web:
        build: .
        command: gunicorn --timeout 0 app:app

In `Dockerfile`:

    FROM python:3.13-slim

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Fix safety
There is no fix to apply: without a time-out, production has none either.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_DEFAULT = ("30", "", 0)


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each gunicorn that has a debugger beside it."""
    for service in facts.services:
        for serving in service.serving:
            seconds, path, line = serving.options.get("timeout", _DEFAULT)
            # Workers with threads or an event loop tell their arbiter from another thread.
            worker_class = serving.options.get("worker-class", ("sync", "", 0))[0]
            is_told = "thread" in worker_class or "uvicorn" in worker_class or "threads" in serving.options
            if serving.server == "gunicorn" and service.listeners and seconds != "0" and not is_told:
                place = Where(path, line) if path else Where(serving.program.path, serving.program.line)
                yield Finding(
                    place,
                    f"gunicorn kills a worker of `{service.name}` that is paused for {seconds} s",
                    "`hatchway up` keeps paused workers alive; by hand it takes `--timeout 0`",
                )


RULE = Rule("HW301", Severity.WARNING, check)
