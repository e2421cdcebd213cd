"""Runs the app if the image's own PYTHONPATH still counts."""

import os
import runpy

import beside  # in a folder that only that PYTHONPATH names

assert beside.THERE
assert os.environ["PYTHONPATH"].endswith(":/app/more:/app/$most")
runpy.run_path("/app/app.py", run_name="__main__")
