"""File formats that people write by hand: read with places, edited in place."""
