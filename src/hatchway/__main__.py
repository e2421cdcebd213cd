"""The program `hatchway`: runs a command and turns errors into sentences and exit codes."""

import sys


def main() -> None:
    """Run the program with the process's arguments and exit with its code."""
    try:
        from hatchway.cli import program  # noqa: PLC0415 - Ctrl-C may come while it is read in
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(program.main())


if __name__ == "__main__":
    main()
