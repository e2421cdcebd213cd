"""The addresses of a name, within a time limit that holds."""

import ipaddress
import time
from collections.abc import Iterator

import dns.exception
import dns.name
import dns.resolver

from easygeoip.errors import NameFailedError, NameTookTooLongError
from easygeoip.targets import Address


class Names:
    """Asks name servers itself: the system's `getaddrinfo` knows no limit."""

    def __init__(self, server: tuple[str, int] | None, seconds: float) -> None:
        """Ask this server and port, or those of the system, for so many seconds at most."""
        self._seconds = seconds
        try:
            self._resolver = dns.resolver.Resolver(configure=server is None)
        except dns.resolver.NoResolverConfiguration:
            self._resolver = dns.resolver.Resolver(configure=False)
        if server:
            self._resolver.nameservers = [server[0]]
            self._resolver.port = server[1]

    def addresses(self, name: dns.name.Name) -> Iterator[Address]:
        """Yield the IPv4 addresses of a name, then its IPv6 addresses, which are asked for only then.

        Raises `NameFailedError` or `NameTookTooLongError`, both also after some were yielded.
        """
        until = time.monotonic() + self._seconds
        has_some = False
        for kind in ("A", "AAAA"):
            for address in self._ask(name, kind, until - time.monotonic()):
                has_some = True
                yield address
        if not has_some:
            message = f"{name.to_unicode(omit_final_dot=True)} has no address"
            raise NameFailedError(message)

    def _ask(self, name: dns.name.Name, kind: str, seconds: float) -> list[Address]:
        shown = name.to_unicode(omit_final_dot=True)
        try:
            answer = self._resolver.resolve(
                name, kind, search=False, lifetime=max(seconds, 0.001), raise_on_no_answer=False
            )
        except dns.resolver.NXDOMAIN:
            message = f"{shown} is not known"
            raise NameFailedError(message) from None
        except dns.exception.Timeout:
            message = f"the name servers did not answer for {shown} within {self._seconds:g} s"
            raise NameTookTooLongError(message) from None
        except dns.exception.DNSException:
            message = f"the name servers have no answer for {shown}"
            raise NameFailedError(message) from None
        return [ipaddress.ip_address(record.address) for record in answer.rrset or ()]
