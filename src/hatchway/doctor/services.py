"""Services out of compose files and Dockerfiles: what runs in each, and which debugger people put in."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hatchway.doctor.commands import commands, joined, of_instruction, of_node
from hatchway.doctor.facts import (
    Call,
    Dockerfile,
    ImageConfiguration,
    Ini,
    Listener,
    Program,
    Service,
    Source,
    Stack,
)
from hatchway.doctor.serving import Surroundings, serving_of
from hatchway.doctor.stacks import beside
from hatchway.formats.dockerfile import Stage, expand, split
from hatchway.formats.tree import Kind, Node

_PROCESS = re.compile(r"([\w-]+):\s*(\S.*)")
_DEVELOPMENT = re.compile(r"dev|local|debug|override|test", re.IGNORECASE)
_CALLS = {
    "debugpy.listen": "debugpy",
    "ptvsd.enable_attach": "ptvsd",
    "debugpy.connect": "debugpy",
    "pydevd_pycharm.settrace": "pydevd",
    "pydevd.settrace": "pydevd",
    "web_pdb.set_trace": "web-pdb",
    "remote_pdb.set_trace": "remote-pdb",
    "celery.contrib.rdb.set_trace": "rdb",
}


@dataclass(frozen=True, slots=True)
class Material:
    """The files out of which services are made."""

    dockerfiles: Sequence[Dockerfile]
    inis: Sequence[Ini]
    sources: Sequence[Source]
    env_files: Mapping[str, Mapping[str, tuple[str, int]]]
    told: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """What Docker makes of services: by the last file of their stack, and by name."""
    images: Mapping[str, ImageConfiguration] = field(default_factory=dict)
    """What the images say that are here, by name."""
    procfiles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The lines of each Procfile."""


def services_of(stacks: Sequence[Stack], material: Material) -> Iterator[Service]:
    """Yield the services of stacks and Procfiles, and each Dockerfile whose command none of them runs."""
    built = set()
    for stack in stacks:
        for key, node in stack.root["services"].entries:
            service = _of_compose(key.text, node, stack, material)
            # A Dockerfile whose command is replaced says what runs elsewhere.
            built |= {program.path for program in service.programs[:1]}
            yield service
    for path, lines in material.procfiles.items():
        for number, line in enumerate(lines, start=1):
            if found := _PROCESS.match(line):
                program = Program(split(found[2]), path, number, is_shell=True)
                yield _completed(Service(found[1], path, programs=(program,)), None, material)
    for dockerfile in material.dockerfiles:
        if dockerfile.path not in built and (stage := dockerfile.stage("")) is not None:
            path = dockerfile.path
            empty = Service(path, path, dockerfile=dockerfile, stage=stage)
            yield _completed(replace(empty, environ=_environ_of(dockerfile, stage)), None, material)


def _of_compose(name: str, node: Node, stack: Stack, material: Material) -> Service:
    build = node["build"]
    context = build.text if build.kind is Kind.SCALAR else build["context"].text or "."
    dotenv = beside(stack.files[0], ".env")
    variables = {key: value for key, (value, _) in material.env_files.get(dotenv, {}).items()}
    dockerfile = stage = place = None
    if build:
        file = build["dockerfile"].text or "Dockerfile"
        place = beside(build.path, expand(context, variables))
        path = posixpath.normpath(posixpath.join(place, file))
        dockerfile = next((one for one in material.dockerfiles if one.path == path), None)
        stage = dockerfile.stage(build["target"].text) if dockerfile else None
    environ = _environ_of(dockerfile, stage) if dockerfile and stage else {}
    for item in node["env_file"].children():
        path = beside(item.path, expand(item.text or item["path"].text, variables))
        environ |= {key: value for key, (value, _) in material.env_files.get(path, {}).items()}
    environ |= {key: expand(value, variables) for key, value in node["environment"].pairs().items()}
    told = material.told.get(stack.files[-1], {}).get(name, {})
    environ |= {
        key: str(value) for key, value in (told.get("environment") or {}).items() if value is not None
    }
    empty = Service(
        name,
        stack.files[-1],
        node,
        dockerfile,
        stage,
        None if place is None or place.startswith("..") or ":" in place else place,
        image=str(told.get("image") or "") or expand(node["image"].text, variables),
        environ=environ,
        is_development=any(_DEVELOPMENT.search(posixpath.basename(path)) for path in stack.files),
    )
    return _completed(empty, place, material)


def _environ_of(dockerfile: Dockerfile, stage: Stage) -> dict[str, str]:
    found = {}
    for one in dockerfile.line_up(stage):
        for instruction in one.instructions:
            if instruction.name == "ENV":
                words = split(instruction.value)
                if words and "=" not in words[0]:
                    found[words[0]] = " ".join(words[1:])
                found |= {
                    key: value for key, equals, value in (word.partition("=") for word in words) if equals
                }
    return found


def _completed(service: Service, place: str | None, material: Material) -> Service:
    """Return a service with its programs, its servers and the debuggers in it; `place` is its context."""
    root = posixpath.dirname(service.stack) or "." if place is None else place
    if service.dockerfile is None and not service.node["build"] and not service.programs:
        mounts = [(item, item.text.partition(":")[0]) for item in service.node["volumes"].children()]
        own = next((beside(item.path, mount) for item, mount in mounts if mount.startswith(".")), "")
        root = own or "\0"
    sources = [one for one in material.sources if _is_below(one.path, root)]
    image = service.image
    if service.dockerfile and service.stage:
        image = service.dockerfile.image(service.stage)
    base = material.images.get(image, ImageConfiguration())
    service = replace(service, environ={**base.environ, **service.environ})
    programs = service.programs or tuple(_programs(service, material.inis, base))
    around = Surroundings(service.environ, material.inis, sources)
    serving = tuple(serving_of(programs, around))
    calls = tuple(call for source in sources for call in source.calls)
    listeners = (*_commanded(programs), *called(calls))
    is_other = not serving and not any("python" in word for one in programs for word in one.words)
    if is_other and service.dockerfile is None:
        # A database beside the application has nothing to do with its source.
        calls, listeners = (), ()
    return replace(service, image=image, programs=programs, serving=serving, calls=calls, listeners=listeners)


def _is_below(path: str, folder: str) -> bool:
    return folder == "." or path.startswith(f"{folder}/")


def _programs(service: Service, inis: Iterable[Ini], base: ImageConfiguration) -> Iterator[Program]:
    command = _command(service) or _command_of(base, service)
    if command is None:
        return
    yield command
    if "supervisord" in str(command):
        for ini in inis:
            for entry in ini.entries:
                if entry.section.startswith("program:") and entry.name == "command":
                    yield Program(split(entry.value), ini.path, entry.line, 1)


def _command(service: Service) -> Program | None:
    first = of_node(service.node["entrypoint"])
    second = of_node(service.node["command"])
    if service.dockerfile and service.stage:
        path = service.dockerfile.path
        if first is None:
            entrypoint = service.dockerfile.last(service.stage, "ENTRYPOINT")
            first = of_instruction(entrypoint, path) if entrypoint and entrypoint.words else None
            command = service.dockerfile.last(service.stage, "CMD")
            if second is None and command and command.words:
                second = of_instruction(command, path)
    return joined(first, second)


def _command_of(base: ImageConfiguration, service: Service) -> Program | None:
    """Return what an image from elsewhere starts; a single word is a shell or Python's prompt."""
    place = service.node["image"]
    if service.dockerfile or service.node["build"] or not place or len(base.words) < len(("program", "word")):
        return None
    return Program(base.words, place.path, place.line, place.column)


def _commanded(programs: Iterable[Program]) -> Iterator[Listener]:
    """Yield the debuggers that commands start: `python -m debugpy --listen 5678 app.py`."""
    for program in programs:
        for command in commands(program):
            words = command.words
            tool = next(
                (
                    word.rpartition("/")[2]
                    for word in words[:4]
                    if word.rpartition("/")[2] in ("debugpy", "ptvsd")
                ),
                "",
            )
            if not tool or words[0] in ("pip", "pip3"):
                continue
            option = next((at for at, word in enumerate(words) if word in ("--listen", "--port")), None)
            address = words[option + 1] if option is not None and option + 1 < len(words) else ""
            host, _, port = address.rpartition(":")
            if "--host" in words[:-1]:
                host = words[words.index("--host") + 1]
            number = int(port) if port.isdecimal() else 0
            yield Listener(
                command.path, command.line, command.column, tool, host or "127.0.0.1", number, is_command=True
            )


def called(calls: Iterable[Call]) -> Iterator[Listener]:
    """Yield the debuggers that source code starts."""
    for call in calls:
        tool = _CALLS.get(call.name)
        if tool is None:
            continue
        address = call.words[0] if call.words else call.options.get("address")
        host, port = (
            address
            if isinstance(address, tuple) and len(address) == len(("host", "port"))
            else ("127.0.0.1", address)
        )
        number = port if isinstance(port, int) else 0
        yield Listener(call.path, call.line, call.column, tool, str(host), number, at_import=call.at_import)
