"""Nobody else gets in: no port of ours in any container, and on the host the loopback one alone."""

import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

from docker.stack import Stack, docker

LISTENING = """
import socket
def listening(path):
    for line in list(open(path))[1:]:
        words = line.split()
        if words[3] == "0A":
            yield int(words[1].rpartition(":")[2], 16)
ports = set()
for path in ("/proc/net/tcp", "/proc/net/tcp6"):
    try:
        ports |= set(listening(path))
    except OSError:
        pass
print(*sorted(ports))
"""
OWN = {"web": {8000}, "api": {8000}, "worker": set()}


def open_ports(address: str) -> set[int]:
    """Connect to every port of an address."""

    def is_open(port: int) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((address, port)) == 0

    with ThreadPoolExecutor(64) as pool:
        ports = range(1, 1 << 16)
        return {
            port for port, found in zip(ports, pool.map(is_open, ports, chunksize=256), strict=True) if found
        }


def test_no_port_is_opened_but_the_loopback_one(shop: Stack) -> None:
    shop.compose("up", "--detach")
    shop.wait_until_serving("web", "api")
    before = {name: found["HostConfig"]["PortBindings"] for name, found in shop.containers().items()}
    port = shop.up()
    shop.wait_for_workers(web=3, api=2, worker=2)
    with shop.editor(port) as editor:
        editor.armed(shop.source("web/app.py"), shop.line_of("web/app.py", "who"))
        for name, found in shop.containers().items():
            assert found["HostConfig"]["PortBindings"] == before[name]
            address = next(iter(found["NetworkSettings"]["Networks"].values()))["IPAddress"]
            if name in OWN:
                said = shop.compose("exec", "-T", name, "python", "-I", "-S", "-c", LISTENING)
                # Docker's own resolver listens on 127.0.0.11 in each container, at a port of its choice.
                ports = {int(word) for word in said.split()}
                assert len(ports - OWN[name]) <= 1
                assert open_ports(address) == OWN[name]
        addresses = subprocess.run(
            ["hostname", "-I"], capture_output=True, text=True, check=True
        ).stdout.split()
        for address in addresses:
            with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
                probe.settimeout(1)
                assert probe.connect_ex((address, port)) != 0, f"the hub is open on {address}"
        assert not docker("ps", "--quiet", "--filter", f"publish={port}")
        editor.request("disconnect")
