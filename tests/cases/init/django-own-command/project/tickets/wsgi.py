import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tickets.settings")

try:
    from whitenoise import WhiteNoise

    application = WhiteNoise(get_wsgi_application(), root=settings.STATIC_ROOT, prefix="static")
except ImportError:
    application = get_wsgi_application()
