"""What `gunicorn app:app` does beyond its defaults: bring a Redis along where none is configured."""

from typing import Any

import local_redis


def on_starting(server: Any) -> None:
    """Start the store in the arbiter, before the first worker: all of them share it."""
    server.log.info("Messages are kept in %s", local_redis.ensure())
