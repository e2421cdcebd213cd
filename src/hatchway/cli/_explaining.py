"""What the doctor says of a breakpoint that does not bind; its rules are loaded when that is first asked."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path


def explain(project: Path, path: str) -> str:
    """Return the doctor's sentence for breakpoints in a file that do not bind; empty if it has none."""
    # They would cost each start of a hub as much as the hub itself.
    from hatchway.cli._inspecting import containers  # noqa: PLC0415
    from hatchway.doctor.diagnose import diagnose, known_rules  # noqa: PLC0415
    from hatchway.doctor.reading.project import read_facts  # noqa: PLC0415
    from hatchway.doctor.reasons import RULES, reason  # noqa: PLC0415

    project = project.resolve()
    facts = read_facts(project, datetime.now(UTC).date())
    facts = replace(facts, containers=containers(project, facts.services))
    file = Path(path).resolve()
    inside = file.relative_to(project).as_posix() if file.is_relative_to(project) else ""
    return reason(facts, diagnose(facts, known_rules(), chosen=RULES), inside)
