"""Every server file claims the processes of its table, in the presence of all the other servers."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hatchway_agent import servers
from hatchway_agent.plugins import discover
from hatchway_agent.servers import Claim, Process, Role, Server, TiedClaimsError, claim_of

SERVERS: dict[str, Server] = discover(servers, "SERVER")
TABLES = Path(__file__).parent / "servers"


def table(name: str) -> list[dict[str, Any]]:
    file = TABLES / f"{name}.toml"
    return tomllib.loads(file.read_text())["process"] if file.exists() else []


def process_of(chain: list[dict[str, Any]]) -> Process:
    process = None
    for pid, facts in zip(range(len(chain), 0, -1), reversed(chain), strict=True):
        children = tuple(
            link(100 * pid + born, child) for born, child in enumerate(facts.get("children", []))
        )
        process = link(pid, facts, parent=process, children=children)
    assert process is not None
    return process


def link(pid: int, facts: dict[str, Any], **family: Any) -> Process:
    told = {key: facts[key] for key in ("forked", "forker", "environ") if key in facts}
    return Process(pid, argv=tuple(facts["argv"]), python="3.12.1", **told, **family)


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_has_a_table_of_processes(name: str) -> None:
    assert table(name), f"write tests/conformance/servers/{name}.toml"


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_is_named_like_its_file(name: str) -> None:
    assert SERVERS[name].name == name


@pytest.mark.parametrize(
    ("name", "row"),
    [pytest.param(name, row, id=f"{name}: {row['what']}") for name in SERVERS for row in table(name)],
)
def test_a_server_claims(name: str, row: dict[str, Any]) -> None:
    found = claim_of(process_of(row["chain"]), SERVERS)
    assert found is not None
    server, claim = found
    assert (server, claim.role) == (name, Role(row["role"]))
    assert claim.because


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_bears_a_process_of_which_nothing_is_known(name: str) -> None:
    for argv in [(), ("",), ("python", "-m"), ("python", "-X"), ("python", "-c"), ("\udcff", "\udcff")]:
        claim = SERVERS[name].claim(Process(pid=1, argv=argv))
        assert claim is None or claim.score < 50, argv


def test_the_highest_score_wins() -> None:
    low = Server("low", claim=lambda _process: Claim(Role.HELPER, 10, "low"))
    high = Server("high", claim=lambda _process: Claim(Role.WORKER, 20, "high"))
    found = claim_of(Process(pid=1, argv=()), {"high": high, "low": low})
    assert found == ("high", Claim(Role.WORKER, 20, "high"))


def test_a_tie_is_an_error_that_names_both() -> None:
    one = Server("one", claim=lambda _process: Claim(Role.WORKER, 20, "argv says so"))
    two = Server("two", claim=lambda _process: Claim(Role.HELPER, 20, "the parent says so"))
    with pytest.raises(TiedClaimsError, match=r"one \(argv says so\) and two \(the parent says so\)"):
        claim_of(Process(pid=1, argv=()), {"one": one, "two": two})


def test_nobody_claims_what_no_server_knows() -> None:
    assert claim_of(Process(pid=1, argv=()), {}) is None


def test_the_page_about_servers_says_what_their_files_say() -> None:
    script = Path(__file__).parents[2] / "scripts" / "generate-servers-page"
    checked = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
