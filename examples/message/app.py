"""The message service: one message, kept in Redis, for everyone who asks."""

import functools
import os
import queue
import socket
import threading
from typing import cast

import redis
from flask import Flask, Response, jsonify
from redis.backoff import NoBackoff
from redis.retry import Retry

KEY = "message"
STEP = 0.2  # seconds for a look-up, a connect or an answer: three such steps stay well under one second
LONGEST = 1024  # bytes: even percent-encoded well below what gunicorn takes as a request line

app = Flask(__name__)


@app.get("/")
def hello() -> Response:
    """Answer without asking Redis, so that it works while Redis is down."""
    return jsonify("hello world")


@app.get("/message")
def read_message() -> Response:
    """Answer the message, or that there is none; HEAD comes here too and only reads."""
    message = store().get(KEY)
    if message is None:
        message = "no output found for new_message"
    return jsonify(message=message)


@app.post("/message/<new_message>")
def write_message(new_message: str) -> tuple[Response, int] | Response:
    """Keep the message for everyone; the last writer wins."""
    if len(new_message.encode()) > LONGEST:
        return jsonify(error=f"a message has at most {LONGEST} bytes"), 414
    store().set(KEY, new_message)
    return jsonify(message="set new_message")


@app.get("/health")
def health() -> Response:
    """Say which store is in use, once it has answered."""
    store().ping()
    return jsonify(status="ok", store=os.environ.get("REDIS_STORE", "the configured Redis"))


@app.errorhandler(redis.RedisError)
def store_is_away(error: redis.RedisError) -> tuple[Response, int]:
    """Answer 503 in JSON; the reason is for the log alone."""
    app.logger.error("the message store failed: %s", error)
    return jsonify(error="the message store does not answer"), 503


@functools.cache
def store() -> redis.Redis:
    """Make the one pooled client of this process: on first use, hence after the server has forked."""
    pool = redis.ConnectionPool.from_url(
        os.environ.get("REDIS_URL", "redis://redis:6379"),
        decode_responses=True,
        encoding_errors="replace",
        socket_connect_timeout=STEP,
        socket_timeout=STEP,
        retry=Retry(NoBackoff(), 0),  # the default of redis-py retries for three seconds
    )
    if pool.connection_class is redis.Connection:
        pool.connection_class = _Connection
    return redis.Redis(connection_pool=pool)


class _Connection(redis.Connection):
    """A TCP connection that also bounds the look-up of the name, which knows no time-out of its own.

    A stopped container's name is asked of one name server after the other, for ten seconds and more.
    """

    def _connect(self) -> socket.socket:
        answered: queue.SimpleQueue[None] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                socket.getaddrinfo(self.host, self.port)
            except OSError:
                pass  # the connect below meets the same error, and reports it
            finally:
                answered.put(None)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            answered.get(timeout=STEP)
        except queue.Empty:
            raise TimeoutError from None
        return cast("socket.socket", super()._connect())  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    import local_redis

    print(f" * Messages are kept in {local_redis.ensure()}")  # noqa: T201 - as the development server does
    # No reloader: under a debugger it would be a second process that stops on entry again.
    # No debugger: its console would be open to whoever reaches the port.
    app.run(os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000")))
