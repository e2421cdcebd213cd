"""One file per command, each exposing COMMAND: they parse, call and print."""
