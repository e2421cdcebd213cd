"""A configuration that names what is not there.

## What it finds
A `preLaunchTask` that no tasks.json defines, a member of `compounds` that is no configuration, or a
`request` other than `launch` and `attach`.

## Why it breaks
VS Code says so in a dialogue when F5 is pressed, and starts nothing.

## Example
In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "atach"}]}

## Use instead
Name what is there.
In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach"}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every name."""
    labels = {
        task[key].text
        for root in facts.tasks
        for task in root["tasks"].items
        for key in ("label", "taskName")
    }
    names = {configuration["name"].text for configuration in facts.configurations()}
    for configuration in facts.configurations():
        request, task = configuration["request"], configuration["preLaunchTask"]
        if request and request.text not in ("launch", "attach"):
            yield Finding(
                Where.of(request), f'there is no request "{request.text}"', "say `launch` or `attach`"
            )
        is_given = ":" in task.text or "$" in task.text
        if task.text and facts.tasks and task.text not in labels and not is_given:
            yield Finding(Where.of(task), f'no task is called "{task.text}"', "name one of tasks.json")
    for root in facts.launches:
        for compound in root["compounds"].items:
            for member in compound["configurations"].items:
                name = member["name"] or member
                if name.text not in names:
                    message = f'no configuration is called "{name.text}"'
                    yield Finding(Where.of(name), message, "name one of this file")


RULE = Rule("HW702", Severity.ERROR, check)
