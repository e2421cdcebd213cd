#!/bin/sh
export PYTHONPATH=/app
python manage.py migrate
gunicorn shop.wsgi
