"""From a folder of Python to a container project: read it, plan what to write, write it."""
