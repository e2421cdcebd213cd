"""One file per form in which findings are reported, each exposing REPORT."""
