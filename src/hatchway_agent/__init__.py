"""The part of Hatchway that runs inside other people's processes; importing it does nothing at all."""

VERSION = "0.1.0"
"""The agent's version; the hub's is the same, as they are one distribution."""

WIRE_VERSION = 1
"""The version of the tunnel's frames and of the dial line; both sides refuse another."""
