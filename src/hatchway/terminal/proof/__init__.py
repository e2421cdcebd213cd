"""Proof that a breakpoint stops: a real route, a real line, a real request, link by link."""
