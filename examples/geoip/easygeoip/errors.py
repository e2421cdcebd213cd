"""What can go wrong with a look-up, with the status of its answer."""


class LookupFailedError(Exception):
    """There is no answer; the text says why, to whoever asked."""

    status: int


class BadTargetError(LookupFailedError):
    """What was asked for is neither an address nor a name."""

    status = 400


class NotFoundError(LookupFailedError):
    """Nothing is known of this address."""

    status = 404


class NameFailedError(LookupFailedError):
    """The name servers have no address for this name."""

    status = 502


class NoDatabaseError(LookupFailedError):
    """There is no database to look into."""

    status = 503


class NameTookTooLongError(LookupFailedError):
    """The name servers did not answer in time."""

    status = 504
