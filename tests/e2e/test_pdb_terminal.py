"""`hatchway pdb` as a person uses it, in a real terminal."""

import re
import shutil
from pathlib import Path

import pytest
from e2e.running import APPS
from e2e.terminal import Terminal

COMMANDS = """\
b {line}
tbreak waits
b
c
p name
a
w
l
ll
u
d
s
whatis name
pp [name]
display count
undisplay
source waits
alias nn n
h unt
workers
condition 1 count > 1
ignore 1 1
disable 1
enable 1
cl 1
where all""".splitlines()


@pytest.fixture
def puzzle(folder: Path) -> Path:
    shutil.copy(APPS / "puzzle.py", folder)
    return folder / "puzzle.py"


@pytest.mark.parametrize("columns", [40, 200])
def test_a_script_from_its_first_line_to_its_end(puzzle: Path, newest_python: Path, columns: int) -> None:
    line = 1 + next(n for n, text in enumerate(puzzle.read_text().splitlines()) if "# stop: main" in text)
    with Terminal(puzzle.parent, "--", str(newest_python), "puzzle.py", columns=columns) as terminal:
        assert '-> """A script' in terminal.prompt()
        said = {}
        for command in (text.format(line=line) for text in COMMANDS):
            said[command] = terminal.type(command)
        joined = {command: re.sub(r"[\r\n]", "", text) for command, text in said.items()}
        assert f"puzzle.py:{line}" in joined[f"b {line}"]
        assert "main()" in joined["c"]
        assert "Žofie ☕ 日本" in joined["p name"]
        assert "name = 'Žofie" in joined["a"]
        assert f"{line} B->" in said["l"]
        assert "def main(" in said["ll"]
        assert "<module>()" in joined["u"]
        assert "Žofie ☕ 日本 10000000" in joined["s"]
        assert "Class" not in joined["whatis name"]
        assert "class 'str'" in joined["whatis name"]
        assert "display count: 10000000" in joined["display count"]
        assert "def waits(seconds):" in said["source waits"]
        assert "unt(il) [LINE]" in said["h unt"]
        assert "puzzle.py" in joined["workers"]
        assert "Deleted breakpoint 1" in joined["cl 1"]

        assert "10,000,002 letters" in re.sub(r"[\r\n]", "", terminal.type("p large"))
        assert "*** RuntimeError: do not look" in terminal.type("p shy")
        assert "*** NameError: name 'nowhere' is not defined" in re.sub(
            r"[\r\n]", "", terminal.type("nowhere")
        )

        terminal.resize(120)
        terminal.send("p 10 + 20\r")
        terminal.until(r"30\r?\n")
        terminal.send("p 'drawn' ' anew'\r")  # the prompt may be, at any time
        terminal.until("'drawn anew'")
        terminal.prompt()

        terminal.type("n")  # the call of waits: the temporary breakpoint
        said_n = terminal.type("retval")
        assert "***" in said_n
        terminal.send("c\r")
        terminal.until("it waits now")  # sent earlier, Ctrl-C may be a key of the prompt's
        terminal.send("\x03")
        terminal.prompt()
        assert "waits" in terminal.type("w")
        assert re.search(r"\d+", terminal.type("p rounds"))
        assert terminal.leave("q!") == 0


def test_blocks_and_keys(puzzle: Path, newest_python: Path) -> None:
    with Terminal(puzzle.parent, "--", str(newest_python), "puzzle.py") as terminal:
        terminal.prompt()
        # Typed, line by line.
        terminal.send("for i in range(3):\r")
        terminal.until(r"\.\.\.")
        terminal.send("    print('typed', i)\r")
        terminal.until(r"\.\.\.")
        assert "typed 2" in terminal.type("")
        # Pasted, as terminals mark it.
        terminal.send(
            "\x1b[200~total = 0\nfor i in range(5):\n    total += i\nprint('pasted', total)\x1b[201~\r"
        )
        terminal.until("pasted 10")
        terminal.prompt()
        # Ctrl-C clears a line, and ends nothing.
        terminal.send("what a mistake\x03")
        assert "42" in terminal.type("p 6 * 7")
        # Completion: a name of the program's, a command.
        terminal.type("some_name = 'found'")
        terminal.send("p some_n\t")
        terminal.until("ame")
        assert "'found'" in terminal.type("")
        terminal.send("undisp\t")
        terminal.until("lay")
        terminal.type("")
        # Python of its own, left with Ctrl-D.
        terminal.send("interact\r")
        terminal.until(">>>")
        terminal.send("[n * n for n in range(4)]\r")
        terminal.until(re.escape("[0, 1, 4, 9]"))
        terminal.until(">>>")
        terminal.send("\x04")
        terminal.prompt()
        # A blank line does the last step again.
        terminal.type("n")
        first = terminal.type("")
        assert "-> class Shy" in first or "-> def waits" in first
        # Back and forth, and what a breakpoint does by itself.
        lines = puzzle.read_text().splitlines()
        called, defined = lines.index("main()") + 1, lines.index("class Shy:") + 1
        assert "-> main()" in terminal.type(f"j {called}")
        assert "-> class Shy" in terminal.type(f"jump {defined}")
        assert "-> def waits" in terminal.type("unt")
        assert "-> main()" in terminal.type(f"until {called}")
        stop = next(n for n, text in enumerate(lines, 1) if "# stop: main" in text)
        terminal.type(f"b {stop}")
        terminal.enter("commands")
        for line in ("silent", "p count + 5", "end"):
            terminal.until(r"\(com\)")
            terminal.enter(line)
        terminal.prompt()
        terminal.enter("c")
        terminal.until("10000005")
        terminal.prompt()
        assert terminal.leave("q!") == 0


ASKS = """\
import pathlib, sys, time
name = input("who? ")
print("hello", name)
while not pathlib.Path("go").exists():
    time.sleep(0.01)
print("reading")
rest = sys.stdin.read()
print("and", rest.split())
"""


def test_what_is_typed_while_the_program_runs_is_the_programs(folder: Path, newest_python: Path) -> None:
    (folder / "asks.py").write_text(ASKS)
    with Terminal(folder, "--", str(newest_python), "asks.py") as terminal:
        terminal.prompt()
        assert "-> name =" in terminal.type("n")
        terminal.enter("n")
        terminal.until(r"who\? ")
        terminal.send("ann\r")
        assert "-> print" in terminal.prompt()
        assert "'ann'" in terminal.type("p name")
        terminal.enter("p input('again? ')")  # what is evaluated may ask, too
        terminal.until(r"again\? ")
        terminal.send("bob\r")
        assert "'bob'" in terminal.prompt()
        terminal.type("b 6")
        terminal.enter("c")
        terminal.until("hello ann")
        terminal.send("p 6 * 7\r")  # too early, and nobody reads it: it is for the prompt
        (folder / "go").touch()
        # Read by the prompt itself if nobody had taken it yet; it says so before the answer then.
        terminal.until(r"(?:\n|\x1b\[\?2004l)42\r?\n")
        terminal.prompt()
        terminal.enter("c")
        terminal.until("reading")
        terminal.send("cid\rdan\r\x04")
        terminal.until(re.escape("and ['cid', 'dan']"))
        assert terminal.end() == 0
