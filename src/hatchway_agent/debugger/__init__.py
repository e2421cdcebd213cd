"""The in-process debug server: pydevd, driven directly, with no adapter process."""
