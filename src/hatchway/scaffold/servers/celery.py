"""Celery: `celery -A shop worker`, `celery -A shop beat`."""

from hatchway.scaffold.servers import AppServer, Options, Run

_APP = ("-A", "--app")
_VERBS = ("worker", "beat", "multi")


def _read(options: Options) -> Run:
    module, _, attribute = options.value(*_APP).partition(":")
    return Run(
        "celery",
        module=module,
        attribute=attribute,
        flags=options.without(_APP, _VERBS),
        is_beat="beat" in options.words,
        is_done_soon=not {*_VERBS}.intersection(options.words),
    )


SERVER = AppServer(("celery",), _read)
