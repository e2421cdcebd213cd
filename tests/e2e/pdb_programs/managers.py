"""Context managers, written as a class and as a generator."""

import contextlib


class Journal:
    """Notes what happens."""

    def __init__(self):
        self.notes = []

    def __enter__(self):
        self.notes.append("in")
        return self

    def __exit__(self, kind, error, trace):
        self.notes.append(kind.__name__ if kind else "out")
        return kind is ValueError


@contextlib.contextmanager
def renamed(journal, name):
    before, journal.name = getattr(journal, "name", ""), name
    yield journal
    journal.name = before


with Journal() as journal:
    journal.notes.append("body")
with Journal() as other, renamed(other, "inner") as inner:
    inner.notes.append(inner.name)
    raise ValueError("swallowed")
print(journal.notes, other.notes)
