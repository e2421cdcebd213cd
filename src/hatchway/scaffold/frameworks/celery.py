"""Celery: applications whose workers take tasks from a broker; nobody connects to them."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import SURE, Protocol
from hatchway.scaffold.frameworks import Found, Framework
from hatchway.scaffold.frameworks._making import find_made
from hatchway.scaffold.source import keyword


def _find(code: Code) -> Iterator[Found]:
    has_schedule = _has_schedule(code)
    for found in find_made(code, "celery", _MAKING):
        yield replace(found, has_schedule=has_schedule)
        if found.arguments:
            yield from _kept_in_extensions(code, replace(found, has_schedule=has_schedule))


def _kept_in_extensions(code: Code, made: Found) -> Iterator[Found]:
    """Yield `celery_app = app.extensions["celery"]`, as Flask's documentation has it."""
    for source in code.sources.values():
        for name, value in source.values.items():
            if (
                isinstance(value, ast.Subscript)
                and isinstance(value.value, ast.Attribute)
                and value.value.attr == "extensions"
                and source.text(value.slice) == "celery"
            ):
                because = f"{made.because}, {source.file}:{value.lineno} has it as {name}"
                yield replace(
                    made,
                    file=source.file,
                    attribute=name,
                    is_factory=False,
                    arguments=(),
                    score=SURE,
                    because=because,
                )


def _has_schedule(code: Code) -> bool:
    """Tell whether tasks are due at times: a `beat` must run besides the workers."""
    for source in code.sources.values():
        if (
            _SCHEDULES.intersection(source.values)
            or "beat_schedule" in source.attributes
            or "django_celery_beat" in source.names
        ):
            return True
        if any(isinstance(one.value, str) and one.value == "django_celery_beat" for one in source.texts):
            return True
        for call in source.calls:
            name = call.node.func.attr if isinstance(call.node.func, ast.Attribute) else ""
            if name == "add_periodic_task" or keyword(call.node, "beat_schedule") is not None:
                return True
    return False


_SCHEDULES = {"CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE", "beat_schedule"}


_MAKING = Framework(Protocol.NONE, makers=("celery.Celery", "celery.app.Celery", "celery.app.base.Celery"))

FRAMEWORK = Framework(Protocol.NONE, find=_find)
