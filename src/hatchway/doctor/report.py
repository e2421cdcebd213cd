"""What a form of report is: findings in, text out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hatchway.doctor.diagnose import Known
from hatchway.doctor.rule import Diagnosis

Texts = Mapping[str, Sequence[str]]
Render = Callable[[Sequence[Diagnosis], Mapping[str, Known], Texts], str]


@dataclass(frozen=True, slots=True)
class Form:
    """One form of report, as one file of `reports/` exposes it."""

    name: str
    render: Render
