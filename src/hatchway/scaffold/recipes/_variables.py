"""The variables that the code reads and no backing service explains, and the file that shows them."""

import posixpath
import re

from hatchway.scaffold.facts import Facts, Part, Variable
from hatchway.scaffold.recipes._services import addresses_of

EXAMPLE = ".env.example"
_NAMES = ("example", "sample", "template", "dist")


DEVELOPER = 1000
"""The usual user of a Linux machine: whose code it is can write to the database in a file beside it."""
DEVELOPER_VARIABLE = "DEVELOPER_UID"
DATA = "/data"
"""Where files are kept that must outlive a container."""
_FILE = re.compile(r"(sqlite:///)?(?:[\w.-]*/)*([\w.-]+\.(?:sqlite3?|db))")
"""The default of a variable that says where a database in a file is."""


def files_of(part: Part) -> dict[str, str]:
    """Return the variables that name a database in a file, each with a place in the volume."""
    found: dict[str, str] = {}
    for variable in part.variables:
        if told := _FILE.fullmatch(variable.default or ""):
            found[variable.name] = f"{told[1] + '/' if told[1] else ''}{DATA}/{told[2]}"
    return found


def keeps_files(part: Part) -> bool:
    """Tell whether the database is a file beside the code: its folder must be the app's own."""
    if {"postgresql", "mysql"} & {one.name for one in part.backing}:
        return False
    return part.migrations is not None or part.database_file is not None


def variables_of(part: Part) -> list[Variable]:
    """Return the variables that a person must or may set."""
    explained = {**addresses_of(part), **files_of(part)}
    return [variable for variable in part.variables if variable.name not in explained]


def example_of(facts: Facts) -> str:
    """Return the file of variables to copy: the project's own, or ours; empty: it needs none."""
    own = [name for part in facts.parts for name in part.env_files]
    shown = [name for name in own if any(word in posixpath.basename(name) for word in _NAMES)]
    if shown:
        return shown[0]
    return EXAMPLE if any(variables_of(part) for part in facts.parts) else ""
