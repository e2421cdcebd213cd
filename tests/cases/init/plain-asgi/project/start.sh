#!/bin/sh
set -e

exec uvicorn asgi:app \
    --host 0.0.0.0 \
    --port "${PORT:-4000}" --workers 2
