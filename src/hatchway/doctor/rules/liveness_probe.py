"""Kubernetes restarts the pod that a debugger has paused.

## What it finds
A `livenessProbe` of a container that starts its program under debugpy.

## Why it breaks
A paused program does not answer. After `failureThreshold` probes, 30 seconds unless told, the pod is
killed while you look at it.

## Example
In `k8s.yaml`:

    kind: Pod
    spec:
      containers:
        - name: web
          command: [python, -m, debugpy, --listen, "5678", app.py]
          livenessProbe: {httpGet: {path: /, port: 8000}}

## Use instead
Leave the probe out of what you debug, or let it wait for long.
In `k8s.yaml`:

    kind: Pod
    spec:
      containers:
        - name: web
          command: [python, -m, debugpy, --listen, "5678", app.py]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_DEBUGGERS = ("debugpy", "ptvsd")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the containers of each workload."""
    for manifest in facts.manifests:
        for spec in (manifest["spec"], manifest.at("spec", "template", "spec")):
            for container in spec["containers"].items:
                words = [*container["command"].children(), *container["args"].children()]
                key = container.key("livenessProbe")
                if key and any(item.text in _DEBUGGERS or "-m debugpy" in item.text for item in words):
                    name = container["name"].text
                    yield Finding(
                        Where.of(key),
                        f"Kubernetes kills `{name}` while it is paused",
                        "leave the probe out of what you debug",
                    )


RULE = Rule("HW306", Severity.WARNING, check)
