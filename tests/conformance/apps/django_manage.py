"""Django's `manage.py`, with the settings in it."""

import sys

from django.conf import settings
from django.core.management import execute_from_command_line

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={},
    DEBUG=True,
    INSTALLED_APPS=[],
    ROOT_URLCONF="app",
    SECRET_KEY="no secret",
)

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
