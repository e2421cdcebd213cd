#!/bin/sh
exec env -i PATH="$PATH" gunicorn app:app
