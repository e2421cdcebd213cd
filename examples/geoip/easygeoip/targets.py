"""What people ask for: an address, or a name that has some."""

import ipaddress
import re

import dns.exception
import dns.name

from easygeoip.errors import BadTargetError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

RESERVED = re.compile(
    r"(favicon|apple-touch-icon.*)\.(ico|png|svg)|(robots|ads|humans|security)\.txt|sitemap\.xml|.*\.php"
)
"""What browsers, crawlers and scanners ask every site for: nobody's name, and never looked up."""
LABEL = re.compile(rb"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)
LOOPBACK = (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))


def address_in(target: str) -> Address | None:
    """Return the address that a target is, if it is one."""
    try:
        address = ipaddress.ip_address(target)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return None
        return address.ipv4_mapped or address
    return address


def name_in(target: str) -> dns.name.Name:
    """Return the name that a target is. Raises `BadTargetError` if no name server could know it.

    Neither a short form of an address, such as 127.1, nor a name of the local network is one.
    """
    refused = BadTargetError(f"{target!r} is neither an IP address nor a domain name")
    try:
        name = dns.name.from_text(target.removesuffix("."))
    except (dns.exception.DNSException, UnicodeError):
        raise refused from None
    labels = name.labels[:-1]
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(LABEL.fullmatch, labels)):  # noqa: PLR2004 - a dot within
        raise refused
    return name


def is_reserved(target: str) -> bool:
    """Tell whether a target is never meant as a name."""
    return RESERVED.fullmatch(target.lower()) is not None


def is_this_host(target: str) -> bool:
    """Tell whether a target is `localhost` or below it: name servers are not asked for that (RFC 6761)."""
    return re.fullmatch(r"(.+\.)?localhost\.?", target.lower()) is not None
