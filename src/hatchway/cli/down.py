"""`hatchway down`: end the hub of this folder and the compose project behind it."""

import shutil
from pathlib import Path

import click

from hatchway.cli._compose import compose_options
from hatchway.cli._containers import end_hub
from hatchway.cli._signals import run_to_end
from hatchway.cli.screen import say
from hatchway.engines.compose import ComposeEngine
from hatchway.engines.docker import DockerEngine
from hatchway.engines.rendezvous import has_living, known_directory
from hatchway.hub.lodging import find, sweep


@click.command("down")
@click.option("-v", "--volumes", is_flag=True, help="Remove the project's volumes, too.")
@compose_options
def down_command(*, volumes: bool, files: tuple[str, ...], profiles: tuple[str, ...]) -> int:
    """End the hub of this folder, and stop and remove the project's containers.

    Containers of a `hatchway run -- docker run` are stopped; those without --rm stay, to be started again.

    \b
    Examples:
      hatchway down
      hatchway down -v
    """
    folder = Path.cwd()
    # What was started with a profile is the project's, too, and may be what runs in its network.
    compose = ComposeEngine(files, profiles or ("*",))
    directory = known_directory(folder)
    if lodger := find(directory):
        end_hub(lodger)
        say(f"the hub on 127.0.0.1:{lodger.port} has ended")
    else:
        _sweep(directory)
    code = run_to_end(_down(folder, compose, ("--volumes",) if volumes else ()))
    if code is None and lodger is None:
        say("nothing to end: no hub of this folder, and no container")
    return code or 0


COMMAND = down_command


def _sweep(directory: Path) -> None:
    """Remove what a hub that was killed has left, but for what processes of the app still meet in."""
    for service in directory.glob("*"):
        if service.is_dir() and not has_living(service):
            shutil.rmtree(service, ignore_errors=True)
    sweep(directory)


async def _down(folder: Path, compose: ComposeEngine, words: tuple[str, ...]) -> int | None:
    """End the containers; return Compose's exit code, None if there was nothing to end."""
    is_compose = await compose.detect(folder)
    # What runs here may be commands of this host: they need no Docker.
    if shutil.which("docker") is None and not is_compose:
        return None
    stopped = await DockerEngine().down(folder)
    for name in stopped:
        say(f"{name} has stopped")
    if stopped and not is_compose:
        return 0
    return await compose.down(folder, words)
