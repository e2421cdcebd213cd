"""Front ends in the terminal, each a DAP client of the hub."""
