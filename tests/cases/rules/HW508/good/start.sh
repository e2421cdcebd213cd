#!/bin/sh
if [ "$1" = web ]; then exec gunicorn app:app; fi
"$@"
