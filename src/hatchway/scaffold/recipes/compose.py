"""compose.yaml, as in production, and compose.override.yaml, by which a saved file is what runs."""

from collections.abc import Iterator, Mapping
from typing import Any

from hatchway.formats import yaml_text
from hatchway.formats.artefact import Artefact
from hatchway.scaffold.facts import Application, Facts, Part
from hatchway.scaffold.plan import Kept
from hatchway.scaffold.project import is_within
from hatchway.scaffold.recipes import MARK, Recipe
from hatchway.scaffold.recipes import _serving as serving
from hatchway.scaffold.recipes._services import addresses_of, service_of, stores_of
from hatchway.scaffold.recipes._variables import (
    DATA,
    DEVELOPER,
    DEVELOPER_VARIABLE,
    example_of,
    files_of,
    keeps_files,
)

SQL = {"postgresql", "mysql"}
_SAFE = {"security_opt": ["no-new-privileges:true"], "cap_drop": ["ALL"]}
_TIMES = {"interval": "10s", "timeout": "3s", "start_period": "30s", "start_interval": "1s"}
_STAYS = {"restart": "unless-stopped", **_SAFE}


def _make(facts: Facts) -> Iterator[Artefact | Kept]:
    if facts.compose_files:
        yield from (Kept(path, "it is yours") for path in facts.compose_files)
        return
    services: dict[str, Any] = {}
    edited: dict[str, Any] = {}
    for part in facts.parts:
        for application in part.applications[:1] + _apart(part):
            services |= _services(facts, part, application)
            edited |= _edited(facts, part, application)
        jobs = dict(_jobs(facts, part))
        services |= jobs
        edited |= {name: _as_developed(facts) for name in jobs if _as_developed(facts)}
    if not services:
        return
    stores = list(stores_of(facts.parts))
    services |= {store.service: service_of(store) for store in stores}
    project: dict[str, Any] = {"services": _spaced(services)}
    volumes = {f"{store.service}-data": None for store in stores if store.data}
    if volumes := {data_name(part): None for part in facts.parts if files_of(part)} | volumes:
        project |= {"#": "", "volumes": volumes}
    why = "the project with what it needs, on ports that only this machine reaches"
    yield Artefact("compose.yaml", why, f"# {MARK}\n{yaml_text.dump(project)}")
    if edited:
        head = f"# {MARK}\n# Added by `docker compose up` and `hatchway up`: your files for the image's.\n"
        override = head + yaml_text.dump({"services": edited})
        yield Artefact("compose.override.yaml", "while you develop, a saved file is what runs", override)


def collected_folders(part: Part) -> tuple[str, ...]:
    """Return the folders of a part that are filled when its image is built."""
    is_filled = bool(part.applications and part.applications[0].settings and not part.dockerfile)
    own = (one for one in part.static if one.is_collected and is_within(one.folder, part.folder))
    return tuple(one.folder for one in own if is_filled)


def _apart(part: Part) -> tuple[Application, ...]:
    """Return the applications besides the first that do not run in its container anyway."""
    main = part.applications[0].name if part.applications else ""
    others = part.applications[1:]
    return tuple(one for one in others if main not in part.bundled or one.name not in part.bundled)


def port_variable(application: Application) -> str:
    """Return the variable by which the published port can be changed."""
    return f"{application.name.upper().replace('-', '_')}_PORT"


def tests_name(part: Part) -> str:
    """Return the name of the service that runs a part's tests."""
    return "tests" if part.folder == "." else f"{part.name}-tests"


def has_tests_service(part: Part) -> bool:
    """Tell whether the tests of a part have a service of their own: an image with what they need."""
    return part.tests is not None and bool(part.applications) and not part.dockerfile


def data_name(part: Part) -> str:
    """Return the name of the volume for the files of a part that must outlive its containers."""
    return "data" if part.folder == "." else f"{part.name}-data"


def published(facts: Facts) -> dict[str, int]:
    """Return the usual port on this host of each application: its own, or the next that no other has."""
    found: dict[str, int] = {}
    for _, application in facts.applications():
        if application.port:
            number = application.port.number
            while number in found.values():
                number += 1
            found[application.name] = number
    return found


def _spaced(services: Mapping[str, Any]) -> dict[str, Any]:
    """Return the services with a blank line between them."""
    spaced: dict[str, Any] = {}
    for number, (name, service) in enumerate(services.items()):
        if number:
            spaced[f"#{number}"] = ""
        spaced[name] = service
    return spaced


def _context(part: Part) -> str:
    return "." if part.folder == "." else f"./{part.folder}"


def _built(part: Part, **more: str) -> dict[str, Any]:
    inside = part.dockerfile.removeprefix(f"{part.folder}/")
    named = {"dockerfile": inside} if inside and inside != "Dockerfile" else {}
    return {"build": {"context": _context(part), **named, **more} if named or more else _context(part)}


def _services(facts: Facts, part: Part, application: Application) -> Iterator[tuple[str, dict[str, Any]]]:
    is_main = application == part.applications[0]
    service = _built(part)
    if not is_main:
        service |= {"command": list(serving.command_of(application))} | _placed(part, application.folder)
    if application.port:
        usual = published(facts)[application.name]
        address = f"127.0.0.1:${{{port_variable(application)}:-{usual}}}"
        service["ports"] = [f"{address}:{application.port.number}"]
    service |= _running(facts, part)
    if not is_main:
        service["healthcheck"] = _health(application)
    yield application.name, service | _STAYS
    if application.has_schedule:
        beat = (
            _built(part) | {"command": list(serving.beat_of(application))} | _placed(part, application.folder)
        )
        yield (
            f"{application.name}-beat",
            beat | _running(facts, part) | {"healthcheck": {"disable": True}} | _STAYS,
        )


def _placed(part: Part, folder: str) -> dict[str, Any]:
    inside = serving.within(part, folder)
    return {} if inside == serving.within(part, part.applications[0].folder) else {"working_dir": inside}


def _health(application: Application) -> dict[str, Any]:
    test = serving.health_of(application)
    return {"test": ["CMD", *test], **_TIMES} if test else {"disable": True}


def _running(facts: Facts, part: Part, *, is_job: bool = False) -> dict[str, Any]:
    """Return what all services of a part have: variables, and what must be there first."""
    running: dict[str, Any] = {}
    if example_of(facts):
        running["env_file"] = [{"path": ".env", "required": False}]
    files = files_of(part)
    if given := {**addresses_of(part), **files}:
        running["environment"] = given
    if files:
        running["volumes"] = [f"{data_name(part)}:{DATA}"]
    waits = {store.service: {"condition": "service_healthy"} for store in stores_of((part,))}
    if _migrates(part) and not is_job:
        waits[_migrate_name(part)] = {"condition": "service_completed_successfully"}
    return running | ({"depends_on": waits} if waits else {})


def _edited(facts: Facts, part: Part, application: Application) -> Iterator[tuple[str, dict[str, Any]]]:
    service = _as_developed(facts)
    if not part.dockerfile:
        collected = [serving.within(part, one) for one in collected_folders(part)]
        mode = "" if keeps_files(part) or collected else ":ro"
        # What the image brought together would be hidden: a volume on it begins as the image has it.
        service["volumes"] = [f"{_context(part)}:{serving.ROOT}{mode}", *collected]
        if keeps_files(part):
            service["#"] = f"Whose folder it is, that of the database, too: {DEVELOPER_VARIABLE} in .env"
            service["user"] = f"${{{DEVELOPER_VARIABLE}:-{DEVELOPER}}}"
    if service and application.has_schedule:
        yield f"{application.name}-beat", dict(service)
    if not part.dockerfile:
        service |= serving.reload_of(application)
    if service:
        yield application.name, service


def _as_developed(facts: Facts) -> dict[str, Any]:
    """Return what gives a service the variables that have values fit for development."""
    example = example_of(facts)
    return {"env_file": [example, {"path": ".env", "required": False}]} if example else {}


def _migrates(part: Part) -> bool:
    """Tell whether a database server must be brought into form before the first request."""
    return (
        part.migrations is not None
        and bool(part.applications)
        and bool(SQL & {one.name for one in part.backing})
    )


def _migrate_name(part: Part) -> str:
    return "migrate" if part.folder == "." else f"{part.name}-migrate"


def _jobs(facts: Facts, part: Part) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what runs to its end: migrations before all else, tests when asked for."""
    running = _running(facts, part, is_job=True)
    unchecked = {"healthcheck": {"disable": True}} | _SAFE
    if part.migrations and _migrates(part):
        command = {"command": list(part.migrations.command)} | _placed(part, part.migrations.folder)
        yield _migrate_name(part), _built(part) | command | running | unchecked
    if has_tests_service(part):
        yield tests_name(part), {"profiles": ["test"]} | _built(part, target="test") | running | unchecked


RECIPE = Recipe("compose", "compose.yaml", _make)
