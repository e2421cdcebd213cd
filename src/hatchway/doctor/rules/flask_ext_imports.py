"""Extensions of Flask by their old name.

## What it finds
Imports of `flask.ext`.

## Why it breaks
Flask 1.0 took the package out in 2018: the application fails at import with any Flask that is looked
after.

## Example
In `app.py`:

    from flask.ext.sqlalchemy import SQLAlchemy

## Use instead
Extensions are packages of their own.
In `app.py`:

    from flask_sqlalchemy import SQLAlchemy

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_IMPORT = re.compile(r"\s*(from|import) flask\.ext\b")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the lines of each file that imports one."""
    for source in facts.sources:
        if any(name == "flask.ext" or name.startswith("flask.ext.") for name in source.imports):
            for number, line in enumerate(facts.texts.get(source.path, ()), start=1):
                if _IMPORT.match(line):
                    yield Finding(
                        Where(source.path, number),
                        "`flask.ext` is gone since Flask 1.0",
                        "import the extension itself",
                    )


RULE = Rule("HW806", Severity.ERROR, check)
