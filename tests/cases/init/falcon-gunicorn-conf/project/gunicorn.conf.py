import os

bind = f"0.0.0.0:{os.environ.get('PORT', '7000')}"
workers = 3
worker_class = "gevent"
wsgi_app = "search.api:create()"
