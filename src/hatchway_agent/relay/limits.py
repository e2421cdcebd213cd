"""Every bound of a relay in one place: whoever is slow, silent or hostile meets one of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and counts; tests shorten them."""

    look: float = 0.25
    """Between two looks at the directory's time of change."""
    look_closely: float = 1.0
    """Between two looks at each process: one that is killed changes nothing in the directory."""
    look_around: float = 2.0
    """Between two looks through /proc for processes that are missing."""
    ping: float = 1.0
    silence: float = 10.0
    """Without any frame of the hub, after which it counts as gone."""
    dial: float = 2.0
    """For a process that has connected to say who it is."""
    ring: float = 2.0
    """For a doorbell to answer; then nobody waits for it any more, though it may still do."""
    head_start: float = 1.0
    """For a process born during a session to dial by itself, before it is rung."""
    redial: float = 5.0
    """For a process that answered the doorbell to dial, or has hung up, before it is rung again."""
    farewell: float = 2.0
    """For a worker to take what is left for it and hang up, once the hub has closed its channel."""
    dial_line: int = 1 << 16
    workers: int = 256
    pending: int = 64
    """Processes that have connected and not said who they are; one more costs the oldest its place."""
    to_hub: int = 1 << 20
    """Waiting for a slow hub, from which on nothing more is read from workers."""
    to_worker: int = 16 << 20
    """Waiting for one worker that does not read, from which on it is dropped."""
    to_workers: int = 64 << 20
    """Waiting for all workers together, from which on the worst is dropped."""
