"""A site for uWSGI: what it does as it is imported is done once for each process that loads it."""

import os

GREETING = os.environ["GREETING"].encode()  # stop: loaded


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [GREETING, environ["PATH_INFO"].encode()]
