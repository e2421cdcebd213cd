#!/bin/sh
PYTHONPATH=/tmp python deploy.py
