"""What Hatchway costs on this machine, beside what people do today; median and quartiles of pairs."""

import argparse
import sys
import time
from pathlib import Path

import arming
import compose
import examples
import images
import memory
import roundtrip
import rows
import servers
import startup
import terminal
import throughput
from e2e.environments import app_python, interpreters, newest
from settings import QUICK, Settings

from hatchway.delivery import build_payload, compile_for

MEASUREMENTS = {
    "throughput": throughput.measure,
    "startup": startup.measure,
    "memory": memory.measure,
    "arming": arming.measure,
    "roundtrip": roundtrip.measure,
    "terminal": terminal.measure,
    "compose": compose.measure,
    "servers": servers.measure,
    "examples": examples.measure,
    "images": images.measure,
}
ONCE = {"compose", "examples", "images"}
"""What brings Pythons of its own."""
ON_DEMAND = {"compose", "examples", "images", "servers"}
"""What is measured only when asked for: it needs Docker, or takes a quarter of an hour."""


def main() -> None:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="see that all works, in a minute; no figures to quote"
    )
    parser.add_argument(
        "--only", choices=MEASUREMENTS, action="append", help="one measurement; may be repeated"
    )
    parser.add_argument("--python", action="append", help="a version [default: 3.11 and the newest found]")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_const", dest="form", const=rows.as_json)
    form.add_argument("--markdown", action="store_const", dest="form", const=rows.as_markdown)
    form.add_argument(
        "--into",
        type=Path,
        metavar="FILE",
        help="write the tables of a measurement between its marks in FILE: <!-- NAME --> and <!-- /NAME -->",
    )
    options = parser.parse_args()
    names = options.only or [name for name in MEASUREMENTS if name not in ON_DEMAND]
    if not Path("/proc/self/smaps_rollup").exists():
        parser.error("CPU time and memory are read from /proc: this needs Linux")
    try:
        for name in names if options.into else ():
            rows.around(options.into, name)
    except (OSError, ValueError) as wrong:
        parser.error(str(wrong))

    settings = QUICK if options.quick else Settings()
    default = {newest()} if options.quick else {"3.11", newest()} & interpreters().keys()
    versions = options.python or sorted(default, key=list(interpreters()).index)
    for version in versions:  # what only the first session of a Python on a machine has to do
        compile_for(build_payload(), [app_python(version)])
    found: list[rows.Row] = []
    for name in names:
        for version in versions[:1] if name in ONCE else versions:
            begin = time.monotonic()
            with_python = "" if name in ONCE else f", Python {version}"
            print(f"{name}{with_python} ...", end=" ", flush=True, file=sys.stderr)
            found += MEASUREMENTS[name](version, app_python(version), settings)
            print(f"{time.monotonic() - begin:.0f} s", flush=True, file=sys.stderr)
        if options.into:
            rows.write_into(options.into, name, found)
            found.clear()
    if not options.into:
        print((options.form or rows.as_text)(found))


main()
