"""Measure why requirements are copied first: build the image both ways, edit the code, build again."""

import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
WAYS = {"requirements first": "Dockerfile", "code first": "Dockerfile.code-first"}
EDITED = "hello.py"


@dataclass(frozen=True)
class Rebuild:
    """What a build after an edit of the code did."""

    reinstalled: bool
    seconds: float


def measure(dockerfile: str) -> Rebuild:
    """Build, edit, build again; the images go, what is cached of them stays."""
    image = f"layer-lesson-{secrets.token_hex(3)}"
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder, "context")
        shutil.copytree(HERE, context, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
        try:
            build(image, dockerfile, context)
            with (context / EDITED).open("a") as code:
                code.write(f"# edited: {secrets.token_hex(8)}\n")  # never built before, on whatever machine
            before = time.monotonic()
            said = build(image, dockerfile, context)
            seconds = time.monotonic() - before
            return Rebuild(not is_cached("RUN pip install", said), seconds)
        finally:
            run("image", "rm", "--force", image)


def build(image: str, dockerfile: str, context: Path) -> str:
    """Build one image and return what was said about its steps."""
    file = str(context / dockerfile)
    return run("build", "--progress=plain", f"--file={file}", f"--tag={image}", str(context))


def is_cached(step: str, said: str) -> bool:
    """Tell whether a step was taken from the cache: `#9 [5/6] STEP` is then followed by `#9 CACHED`."""
    found = re.search(rf"^(#\d+) \[.*\] {re.escape(step)}", said, re.MULTILINE)
    return found is not None and f"\n{found[1]} CACHED\n" in said


def run(*words: str) -> str:
    """Run docker and return what it said."""
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout + done.stderr


def main() -> None:
    """Print the comparison."""
    print(f"{'after an edit of the code':28}{'pip ran again':16}rebuilt in")  # noqa: T201 - a command
    for way, dockerfile in WAYS.items():
        seen = measure(dockerfile)
        print(f"{way:28}{'yes' if seen.reinstalled else 'no':16}{seen.seconds:.1f} s", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
