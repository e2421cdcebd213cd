"""The interpreter of pdb's language: a line in, a script of effects out, nothing touched."""

from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb import crewing, looking, moving, stopping
from hatchway.terminal.pdb.effects import Complain, Effect, Quit, Say, Script
from hatchway.terminal.pdb.language import REPEATED, SHORT, Line, parse, split
from hatchway.terminal.pdb.looking import read_block, run_python
from hatchway.terminal.pdb.state import State

NEED_STOP: Final = frozenset({*moving.TABLE, *looking.TABLE}) - {"continue"}
"""What makes no sense while nothing is stopped."""


def execute(state: State, text: str) -> Script:
    """Run what a person typed; what goes wrong is said as pdb says it, and the rest of the line left out."""
    text = text.rstrip()
    if not text.strip():
        text = state.repeated
        if not text:
            return
    parts = split(text, state.aliases)
    for part in parts:
        line = parse(part)
        state.repeated = text if len(parts) == 1 and _repeats(line) else ""
        try:
            yield from _run(state, line)
        except HatchwayError as error:
            yield Complain(error.message)
            return


def needs_stop(text: str, aliases: Mapping[str, str]) -> bool:
    """Tell whether what a person typed makes sense only where something is stopped."""
    line = parse(split(text, aliases)[0]) if text.strip() else Line("", "")
    is_of_one = line.command == "where" and line.argument != "all"
    return line.command in NEED_STOP or is_of_one or not line.command


def names() -> list[str]:
    """Return the words that a line may begin with."""
    return sorted({*_TABLE, *SHORT})


def _repeats(line: Line) -> bool:
    # pdb repeats whatever was last; here an expression that was evaluated is not evaluated again unasked.
    return line.command in REPEATED


def _run(state: State, line: Line) -> Script:
    act = _TABLE.get(line.command)
    if act is not None:
        yield from act(state, line.argument)
        return
    if not line.argument:
        return
    state.stand()
    block = yield from read_block(line.argument)
    yield from run_python(state, block)


def _alias(state: State, argument: str) -> Script:
    """Alias [NAME [COMMAND]]: make NAME stand for COMMAND, in which %1, %2 and %* are its arguments."""
    name, _, text = argument.partition(" ")
    if text.strip():
        state.aliases[name] = text.strip()
    elif name and name not in state.aliases:
        yield Complain(f"there is no alias {name}")
    else:
        for one in [name] if name else sorted(state.aliases):
            yield Say(f"{one} = {state.aliases[one]}")


def _unalias(state: State, argument: str) -> Script:
    """Unalias NAME: have it stand for nothing."""
    if state.aliases.pop(argument.strip(), None) is None:
        yield Complain(f"there is no alias {argument}")


def _quit(state: State, _: str) -> Script:
    """q(uit): detach and let everything run on. `q!` also ends what hatchway started."""
    state.leave()
    yield Quit()


def _quit_all(state: State, _: str) -> Script:
    """q!: end what hatchway started, and leave."""
    state.leave()
    yield Quit(kill=True)


def _help(state: State, argument: str) -> Script:
    """h(elp) [COMMAND]: list the commands, or say what one does."""
    del state
    name = SHORT.get(argument, argument)
    if argument and name not in _TABLE:
        yield Complain(f"no help on {argument!r}: `h` lists the commands")
        return
    for one in [name] if argument else sorted(_TABLE.keys() - _ABSENT):
        said = (_TABLE[one].__doc__ or one).strip()
        yield Say(said[:1].lower() + said[1:])  # what a docstring begins with is a command here
    if not argument:
        yield Say(
            "Anything else is Python, run in the frame looked at; `!` before it if it begins like a command."
        )


def _absent(said: str) -> Callable[[State, str], Script]:
    """Make a command of pdb's that is not here say so, and what to do instead."""

    def say_so(state: State, _: str) -> Script:
        del state
        yield Complain(said)

    say_so.__doc__ = f"not here: {said}"
    return say_so


_ABSENT: Final = {
    "run": "a program is not run again from here: `q!`, then call hatchway anew",
    "restart": "a program is not run again from here: `q!`, then call hatchway anew",
    "debug": "nothing stops inside of what is evaluated: stop where the program itself calls it",
}
"""Commands of pdb's, and what is said instead."""

_TABLE: Final[Mapping[str, Callable[[State, str], Generator[Effect, Any, Any]]]] = {
    **moving.TABLE,
    **looking.TABLE,
    **stopping.TABLE,
    **crewing.TABLE,
    **{name: _absent(said) for name, said in _ABSENT.items()},
    "alias": _alias,
    "unalias": _unalias,
    "help": _help,
    "quit": _quit,
    "quit!": _quit_all,
}
