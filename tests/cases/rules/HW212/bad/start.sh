#!/bin/sh
PYTHONPATH=/app exec gunicorn app:app
