"""The Django application of the conformance suite: its routes."""

import os

import leftovers
from django.http import HttpRequest, JsonResponse
from django.urls import path

VERSION = "0"
LOADED = True  # stop: import


def who(_request: HttpRequest, name: str) -> JsonResponse:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return JsonResponse({"greeting": greeting, "pid": os.getpid(), "version": VERSION})  # stop: who


def version(_request: HttpRequest) -> JsonResponse:
    """Answer which text of this file runs, and where."""
    return JsonResponse({"pid": os.getpid(), "version": VERSION})


def traces(_request: HttpRequest) -> JsonResponse:
    """Answer what a debugger has left here."""
    return JsonResponse(leftovers.traces())


urlpatterns = [path("who/<name>", who), path("version", version), path("traces", traces)]
