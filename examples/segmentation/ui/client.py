"""What the page asks of the API."""

import os
from dataclasses import dataclass

import httpx2

BASE = os.environ.get("API_URL", "http://127.0.0.1:8000")
PATIENCE = httpx2.Timeout(5.0, read=120.0)
"""Seconds: large pictures take their time where MAX_SIZE is off."""


@dataclass(frozen=True)
class Active:
    """What the API says of its model."""

    model: str
    classes: list[str]


class AwayError(Exception):
    """The API does not answer, or not yet."""


class RefusedError(Exception):
    """The API answered, and says why it does not do it."""


def active() -> Active:
    """Ask which model is active. Raises `AwayError`."""
    told = _sent("GET", "/health").json()
    return Active(told["model"], told["classes"])


def segment(name: str, picture: bytes) -> bytes:
    """Have a picture segmented and return the PNG. Raises `AwayError` or `RefusedError`."""
    return _sent("POST", "/segmentation", files={"file": (name, picture)}).content


def _sent(method: str, path: str, files: dict[str, tuple[str, bytes]] | None = None) -> httpx2.Response:
    try:
        answer = httpx2.request(method, BASE + path, files=files, timeout=PATIENCE)
    except httpx2.HTTPError as error:
        message = f"The API at {BASE} does not answer ({type(error).__name__})."
        raise AwayError(message) from error
    if answer.is_success:
        return answer
    raise RefusedError(_reason(answer))


def _reason(answer: httpx2.Response) -> str:
    """Return what the API says is wrong; an error page of somebody in between says nothing of use."""
    try:
        detail = answer.json()["detail"]
    except (ValueError, LookupError, TypeError):
        detail = answer.reason_phrase
    return f"{detail} (status {answer.status_code})"
