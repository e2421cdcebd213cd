import os


def _initializeFlaskWithDebugpy(flaskApp):
    flaskApp.wsgi_app = DebugpyWsgiMiddleware(flaskApp.wsgi_app)


class DebugpyWsgiMiddleware:
    def __init__(self, inner):
        self.inner = inner
        self.waiting = True

    def __call__(self, environ, start_response):
        if self.waiting:
            import debugpy

            debugpy.listen(("0.0.0.0", 5678))
            debugpy.wait_for_client()
            self.waiting = False
        return self.inner(environ, start_response)
