#!/bin/sh
release=$(python tools/release.py)
gunicorn --workers $(nproc) --threads "$THREADS" --timeout 40 --bind 0.0.0.0:$PORT shop.pages:app &
exec uvicorn shop.service:app --workers $((2 * $(nproc))) --port 8001
