"""Found by the PYTHONPATH of the service."""

THERE = True
