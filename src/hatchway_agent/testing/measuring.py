"""Coverage of a test run: begun before the application is imported, told and written at the end."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ROUNDED = 2
_EXPECTED = ("module-not-imported", "no-data-collected")
"""Warnings of coverage's, by their names."""


class Measuring:
    """Coverage of this process, and of the Pythons that it starts."""

    def __init__(self, ours: list[str], results: str, sources: list[str]) -> None:
        """Take the folders that are ours, where results go, and what shall be measured: else what runs."""
        self._results = results
        self._ours = [f"{folder}/*" for folder in ours]
        self._sources = sources
        self._coverage = self._made(suffix=True)
        serialize = getattr(self._coverage.config, "serialize", None)
        if serialize is not None:  # since 7.10; see _sitecustomize.py
            os.environ["COVERAGE_PROCESS_CONFIG"] = serialize()

    def _made(self, *, suffix: bool) -> Any:
        """Return a Coverage with the project's own settings, that leaves out what is ours."""
        import coverage

        made = coverage.Coverage(
            data_file=f"{self._results}/.coverage", source=self._sources or None, data_suffix=suffix
        )
        made.set_option("run:omit", [*(made.get_option("run:omit") or ()), *self._ours])
        # What children alone have run is no news to warn of.
        unheard = [*(made.get_option("run:disable_warnings") or ()), *_EXPECTED]
        made.set_option("run:disable_warnings", unheard)
        for name in ("run:parallel", "run:relative_files"):
            made.set_option(name, value=True)
        return made

    def start(self) -> None:
        """Measure from now on."""
        self._coverage.start()

    def finish(self, *, tells: bool) -> dict[str, Any]:
        """End it; print the report and write `coverage.xml`, if that shall be; return what is to be told."""
        self._coverage.stop()
        self._coverage.save()
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
        if not tells:
            return {}
        from coverage.exceptions import CoverageException

        sys.stdout.write("\n")
        try:
            whole = self._made(suffix=False)
            whole.combine([self._results])
            percent = whole.report(file=sys.stdout)
            whole.xml_report(outfile=f"{self._results}/coverage.xml")
        except CoverageException as error:
            return {"why": str(error)}
        finally:
            sys.stdout.flush()
        least = float(self._coverage.get_option("report:fail_under") or 0)
        precision = int(self._coverage.get_option("report:precision") or 0)
        told = {"percent": round(percent, _ROUNDED)}
        if round(percent, precision) < least:
            told["least"] = least
        return told
