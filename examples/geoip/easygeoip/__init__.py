"""Easy GeoIP: where in the world an address is, and what time zone it has."""
