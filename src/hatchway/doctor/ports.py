"""The ports that a compose service publishes, in any of the ways to write them."""

from collections.abc import Iterator
from dataclasses import dataclass

from hatchway.formats.dockerfile import expand
from hatchway.formats.tree import Node

_LOOPBACK = ("127.", "localhost", "[::1]", "::1")


@dataclass(frozen=True, slots=True)
class Port:
    """One published port."""

    node: Node
    """The entry: `8000:80`, or the mapping that says it at length."""
    host: str
    """The address of this host; empty: every one."""
    published: str
    """The host's port, or a range; empty: Docker chooses one."""
    target: int


def ports_of(service: Node) -> Iterator[Port]:
    """Yield what a service publishes; what cannot be read, or has a variable without default, is left out."""
    for node in service["ports"].children():
        if node.entries:
            target = node["target"].text
            if target.isdecimal():
                published = expand(node["published"].text, {})
                yield Port(node, node["host_ip"].text, published, int(target))
            continue
        text = expand(node.text, {})
        parts = text.rpartition("/")[0] or text
        host, published, target = _split(parts)
        if target.isdecimal():
            yield Port(node, host, published, int(target))


def is_open(port: Port) -> bool:
    """Tell whether others than this machine can reach it."""
    return not expand(port.host, {}).startswith((*_LOOPBACK, "$"))


def _split(text: str) -> tuple[str, str, str]:
    """Return address, port of the host and port of the container; of a range, the first."""
    rest, _, target = text.rpartition(":")
    target = target.partition("-")[0]
    if not rest:
        return "", "", target
    host, colon, published = rest.rpartition(":")
    if not colon:
        # `5000:80`; but `[::1]` alone is no port.
        return "", rest, target
    return host.strip("[]"), published, target
