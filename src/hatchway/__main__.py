"""The program `hatchway`: runs a command and turns errors into sentences and exit codes."""

import signal
import sys


def main() -> None:
    """Run the program with the process's arguments and exit with its code."""
    words = sys.argv[1:]
    # An interrupt amid an import may be lost: Python drops what is raised in the callbacks of its own locks.
    # Nothing is begun as yet, so until all is read in it ends us at once.
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from hatchway.cli import program  # noqa: PLC0415

    program.read_in(words)
    signal.signal(signal.SIGINT, handler)
    sys.exit(program.main(words))


if __name__ == "__main__":
    main()
