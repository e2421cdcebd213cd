#!/bin/sh
exec sudo -u app -E gunicorn app:app
