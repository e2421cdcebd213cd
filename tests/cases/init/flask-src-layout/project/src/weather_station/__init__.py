"""Weather of the roof."""
