"""The program `hatchway`: runs a command and turns errors into sentences and exit codes."""

import sys

from hatchway.cli import program


def main() -> None:
    """Run the program with the process's arguments and exit with its code."""
    sys.exit(program.main())


if __name__ == "__main__":
    main()
