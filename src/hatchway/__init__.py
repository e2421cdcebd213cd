"""Debug a Python web app where it really runs: every worker of every service in one session."""

from hatchway_agent import VERSION

__version__ = VERSION
