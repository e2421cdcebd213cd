"""The Debug Adapter Protocol alone: framing, messages and the table of id-like fields."""
