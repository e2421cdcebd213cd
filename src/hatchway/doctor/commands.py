"""What a command line of an image or a compose file starts, behind the shells and wrappers before it."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from hatchway.doctor.facts import Program
from hatchway.formats.command import SHELLS, unwrapped
from hatchway.formats.dockerfile import Instruction, expand, split
from hatchway.formats.tree import Kind, Node
from hatchway_agent.servers import Process

_BETWEEN = re.compile(r"&&|\|\||;|\n|(?<!&)&(?!&)")
_PYTHON = re.compile(r"python[0-9.]*")


def of_node(node: Node, variables: Mapping[str, str] | None = None) -> Program | None:
    """Return what `command:` or `entrypoint:` of a compose file says; None if it says nothing."""
    if not node or node.is_null:
        return None
    # `$$` is a dollar for the shell.
    texts = [expand(item.text, variables or {}).replace("$$", "$") for item in node.children()]
    words = split(texts[0]) if node.kind is Kind.SCALAR and texts else tuple(texts)
    return Program(words, node.path, node.line, node.column) if words else None


def of_instruction(instruction: Instruction, path: str) -> Program:
    """Return what `CMD` or `ENTRYPOINT` of a Dockerfile says."""
    is_shell = instruction.form is None
    return Program(instruction.words, path, instruction.line, 1, is_shell=is_shell)


def joined(first: Program | None, second: Program | None) -> Program | None:
    """Return an entrypoint with its command behind; its place is that of the command."""
    if first is None or first.is_shell:
        # An entrypoint in shell form is given no command.
        return first or second
    return replace(second, words=(*first.words, *second.words)) if second else first


def commands(program: Program) -> Iterator[Program]:
    """Yield each command that a program consists of, without the shell and the wrappers around it."""
    words = program.words
    is_called = len(words) > len(("sh", "-c")) - 1 and words[0].rpartition("/")[2] in SHELLS
    script = next(
        (word for flag, word in itertools.pairwise(words) if flag in ("-c", "-ec", "-lc", "-exc")), ""
    )
    if is_called and script:
        for part in _BETWEEN.split(script):
            if part.strip():
                yield from _unwrapped(program, split(part), is_shell=True)
    elif program.is_shell or {"&&", "||", ";"} & {*words}:
        part_words: list[str] = []
        for word in [*words, ";"]:
            if word in ("&&", "||", ";", "&"):
                yield from _unwrapped(program, tuple(part_words), is_shell=True)
                part_words = []
            else:
                part_words.append(word)
    else:
        yield from _unwrapped(program, words, is_shell=False)


def process_of(program: Program) -> Process:
    """Return a command as the servers' claims look at one."""
    words = program.words
    is_python = bool(words) and _PYTHON.fullmatch(words[0].rpartition("/")[2]) is not None
    return Process(pid=1, argv=words if is_python else ("python", *words))


def _unwrapped(program: Program, words: tuple[str, ...], *, is_shell: bool) -> Iterator[Program]:
    if rest := unwrapped(words):
        yield replace(program, words=rest, is_shell=is_shell)
