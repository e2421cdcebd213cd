"""What can go wrong, each with the sentence that says what to do next."""


class HatchwayError(Exception):
    """An error a person can act on: printed as `error:` and `hint:`, never as a traceback."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        """Say what went wrong (`message`) and what to do about it (`hint`)."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(HatchwayError):
    """The command was called in a way it cannot serve."""

    exit_code = 2
