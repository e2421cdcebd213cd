"""YAML as a tree with places."""

import warnings

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from hatchway.formats.tree import MISSING, Complaint, Kind, Node

LONGEST = 1_000_000
"""Characters that are read at most."""
DEEPEST = 100

_Raw = ScalarNode | SequenceNode | MappingNode


def parse(text: str, path: str = "") -> Node:
    """Return the first document of a text; raises `Complaint` with the place where it is none."""
    if len(text) > LONGEST:
        msg = f"it is longer than {LONGEST} characters"
        raise Complaint(msg)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # an anchor that is set twice is no affair of the person who looks
            root = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise Complaint(str(error.problem or error.context or "not YAML"), line, column) from None
    except (YAMLError, ValueError, RecursionError, AttributeError, IndexError, TypeError) as error:
        # The parser stumbles over some texts in ways of its own.
        raise Complaint(str(error).partition("\n")[0] or "not YAML") from None
    return MISSING if root is None else _Reading(path).node(root, DEEPEST)


def documents(text: str, path: str = "") -> list[Node]:
    """Return every document of a text that holds several, as Kubernetes has them; raises `Complaint`."""
    found, part, first = [], list[str](), 0
    for number, line in enumerate([*text.splitlines(), "---"]):
        if line.rstrip() == "---":
            # The lines before keep their numbers.
            found.append(parse("\n" * first + "\n".join(part), path))
            part, first = [], number + 1
        else:
            part.append(line)
    return [node for node in found if node]


class _Reading:
    """Makes nodes of ruamel's, each once: a text of few lines may have aliases of aliases."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._known: dict[int, Node] = {}

    def node(self, raw: _Raw, depth: int) -> Node:
        if id(raw) not in self._known:
            if not depth:
                msg = "it is nested too deeply, or in itself"
                raise Complaint(msg, raw.start_mark.line + 1, raw.start_mark.column + 1)
            self._known[id(raw)] = self._made(raw, depth - 1)
        return self._known[id(raw)]

    def _made(self, raw: _Raw, depth: int) -> Node:
        line, column = raw.start_mark.line + 1, raw.start_mark.column + 1
        if isinstance(raw, SequenceNode):
            items = tuple(self.node(item, depth) for item in raw.value)
            return Node(Kind.SEQUENCE, self._path, line, column, items=items)
        if isinstance(raw, MappingNode):
            pairs = [(self.node(key, depth), self.node(value, depth)) for key, value in raw.value]
            merged = [entry for key, value in pairs if key.text == "<<" for entry in _merged(value)]
            own = [(key, value) for key, value in pairs if key.text != "<<"]
            return Node(Kind.MAPPING, self._path, line, column, entries=(*merged, *own))
        return Node(Kind.SCALAR, self._path, line, column, str(raw.value), is_quoted=raw.style in ('"', "'"))


def _merged(value: Node) -> list[tuple[Node, Node]]:
    """Return what `<<` brings along; of several mappings, the first has the last word."""
    sources = value.items if value.kind is Kind.SEQUENCE else (value,)
    return [entry for source in reversed(sources) for entry in source.entries]
