"""Runs an application's tests where it lives: which runner, coverage, reports, and the stop where one fails.

Not part of the dormant agent: `hatchway test` starts it, as a program of its own.
"""
