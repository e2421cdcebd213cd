"""The sans-IO core: one editor, many workers, one DAP session."""
