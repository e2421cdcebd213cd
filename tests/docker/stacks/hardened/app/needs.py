"""Runs the app if the environment is the one that uv, Poetry or Pipenv made, by a package of it alone."""

import runpy

import itsdangerous

assert itsdangerous.Signer
runpy.run_path("/app/app.py", run_name="__main__")
