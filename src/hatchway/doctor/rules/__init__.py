"""One file per rule, each pure: facts in, findings out; its docstring is its page in docs/rules."""
