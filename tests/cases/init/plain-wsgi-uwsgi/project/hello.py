def respond(environ, start_response):
    """Say hello."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
