#!/bin/sh
export PYTHONPATH="/app:${PYTHONPATH}"
exec gunicorn app:app
