"""The backing services that a part really uses, and the variables by which it finds them."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from hatchway.formats.requirements import normal
from hatchway.scaffold import backing
from hatchway.scaffold.backing import BackingService, carried
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import (
    GUESSED,
    LIKELY,
    SURE,
    Backing,
    Carries,
    Clue,
    Dependency,
    Match,
    Place,
    Variable,
)
from hatchway.scaffold.packaging._distributions import DISTRIBUTIONS
from hatchway.scaffold.project import is_within
from hatchway.scaffold.source import Source, keyword
from hatchway_agent.plugins import discover

SERVICES: dict[str, BackingService] = discover(backing, "BACKING")
_SQL_WORDS = re.compile(r"^(?:DATABASE|DB|SQL|SQLALCHEMY|SQLALCHEMY_DATABASE|RDS|DJANGO_DB)(?:_|$)")
_BROKER_WORDS = re.compile(r"BROKER|RESULT_BACKEND|CELERY_BACKEND|QUEUE_URL")
_CACHE_WORDS = re.compile(r"^CACHE")
_URL = re.compile(r"^([a-z][a-z0-9+.-]*)://")
_SETTINGS_OF_SQL = (
    "sqlalchemy",
    "databases",
    "tortoise",
    "django",
    "flask_sqlalchemy",
    "sqlmodel",
    "peewee",
    "ormar",
)
_POSTGIS = re.compile(r"\b(?i:postgis)\b|\bST_[A-Z][A-Za-z]+\(")
_LONGEST = 4_000
"""Characters of a text that is looked at: a URL, a query."""
_FEWEST = GUESSED + 1
"""What is known of less is taken for no use."""


def find_backings(
    code: Code, folder: str, dependencies: Iterable[Dependency], variables: Iterable[Variable]
) -> list[Backing]:
    """Return the backing services of a part, by name."""
    finding = _Finding(code, folder, [one for one in dependencies if not one.is_dev], list(variables))
    return finding.backings()


class _Finding:
    """Gathers what speaks for each service."""

    def __init__(
        self, code: Code, folder: str, dependencies: list[Dependency], variables: list[Variable]
    ) -> None:
        self._code = code
        self._sources = [one for one in code.sources.values() if is_within(one.file, folder)]
        self._dependencies = dependencies
        self._variables = variables
        self._matches: dict[str, list[Match]] = {}
        self._places: dict[str, list[Place]] = {}
        self._flavours: dict[str, str] = {}
        self._schemes: dict[str, str] = {}

    def backings(self) -> list[Backing]:
        """Return the services that enough speaks for."""
        for source in self._sources:
            self._take_imports(source)
            self._take_texts(source)
            self._take_fixed(source)
        for variable in self._variables:
            self._take_variable(variable)
        self._take_drivers()
        self._take_celery()
        found = []
        for name in sorted(self._matches):
            best = max(self._matches[name], key=lambda match: match.score)
            if best.score < _FEWEST:
                continue
            clues = tuple(clue for variable in self._variables if (clue := self._clue(name, variable)))
            places = () if clues else tuple(dict.fromkeys(self._places.get(name, ())))
            found.append(Backing(name, self._flavours.get(name, ""), clues, places, best))
        return found

    def _speaks(self, name: str, score: int, because: str, told: str) -> None:
        self._matches.setdefault(name, []).append(Match(score, because))
        for mark, flavour in SERVICES[name].flavours:
            if mark in told.lower():
                self._flavours[name] = flavour

    def _take_imports(self, source: Source) -> None:
        for one in source.imports:
            dotted = f"{one.module}.{one.member}"
            if one.is_for_types or (not one.module.startswith(".") and self._code.find(source, one.module)):
                continue
            for name, service in SERVICES.items():
                module = next((m for m in service.modules if f"{dotted}.".startswith(f"{m}.")), "")
                if module:
                    score = LIKELY - 20 * one.is_optional if self._is_installed(module) else GUESSED
                    self._speaks(name, score, f"{Place(source.file, one.line)} imports {module}", dotted)
            if "geoalchemy2" in dotted:
                self._flavours["postgresql"] = "postgis"

    def _is_installed(self, module: str) -> bool:
        """Tell whether a client is there: of one that no file asks for, the code can do without."""
        named = [one.requirement.lower() for one in self._dependencies if not one.is_guessed]
        top = module.partition(".")[0]
        name = (DISTRIBUTIONS.get(module) or DISTRIBUTIONS.get(top) or top).partition("[")[0]
        words = (normal(name).removesuffix("-binary"), module.lower())
        return not named or any(word in normal(one) or word in one for one in named for word in words)

    def _take_fixed(self, source: Source) -> None:
        """Take the clients that are given `host="localhost"`."""
        for call in source.calls:
            dotted = call.name
            host = source.text(keyword(call.node, "host", "hostname")) if dotted else None
            for name, service in SERVICES.items():
                if host is not None and any(f"{dotted}.".startswith(f"{one}.") for one in service.modules):
                    self._places.setdefault(name, []).append(Place(source.file, call.node.lineno))

    def _take_texts(self, source: Source) -> None:
        for node in source.texts:
            text = node.value
            if not isinstance(text, str) or len(text) > _LONGEST:
                continue
            place = Place(source.file, node.lineno)
            if _POSTGIS.search(text):
                self._flavours["postgresql"] = "postgis"
            for name, service in SERVICES.items():
                if text in service.engines:
                    self._speaks(name, SURE, f"{place} names {text}", text)
                elif (found := _URL.match(text)) and self._is_of(service, found[1]):
                    self._speaks(name, SURE - 5, f"{place} has a URL of {service.title}", text)
                    self._schemes.setdefault(name, found[1])
                    self._places.setdefault(name, []).append(place)

    def _take_variable(self, variable: Variable) -> None:
        scheme = _URL.match(variable.default or "")
        for name, service in SERVICES.items():
            if scheme and self._is_of(service, scheme[1]):
                because = f"{variable.place} reads {variable.name}, by default a {scheme[1]} URL"
                self._speaks(name, SURE, because, scheme[1])
            elif not scheme and _is_named(service, variable.name) and carried(variable.name):
                because = f"{variable.place} reads {variable.name}"
                self._speaks(name, LIKELY - 5, because, variable.name)

    def _take_drivers(self) -> None:
        """Take the drivers of databases, which nothing imports, if something says that there is one."""
        asks = next(
            (one for one in self._variables if _SQL_WORDS.match(one.name) and carried(one.name)), None
        )
        uses = any(
            one.module.partition(".")[0] in _SETTINGS_OF_SQL
            for source in self._sources
            for one in source.imports
        )
        known_sql = [name for name in self._matches if SERVICES[name].is_sql]
        for one in self._dependencies:
            for name, service in SERVICES.items():
                if one.name not in service.drivers:
                    continue
                if service.is_sql and (asks or uses) and (not known_sql or name in known_sql):
                    told = f", {asks.place} reads {asks.name}" if asks else ""
                    self._speaks(name, LIKELY + 5, f"{one.place} asks for {one.name}{told}", one.name)

    def _take_celery(self) -> None:
        makes = [
            Place(source.file, call.node.lineno)
            for source in self._sources
            for call in source.calls
            if call.name in ("celery.Celery", "celery.app.Celery")
        ]
        if not makes or any(self._matches.get(name) for name, one in SERVICES.items() if one.is_broker):
            return
        extra = next(
            (
                one
                for one in self._dependencies
                if one.name in ("celery", "kombu") and "redis" in one.requirement
            ),
            None,
        )
        if extra or any(one.name == "redis" for one in self._dependencies):
            told = extra.place if extra else makes[0]
            self._speaks("redis", LIKELY, f"{told} asks for Celery with Redis", "")
        elif not any(
            "memory://" in str(node.value) or "sqla+" in str(node.value)
            for source in self._sources
            for node in source.texts
        ):
            self._speaks(
                "rabbitmq", LIKELY - 20, f"{makes[0]} makes Celery, whose broker is RabbitMQ by default", ""
            )

    def _is_of(self, service: BackingService, scheme: str) -> bool:
        if scheme in service.schemes:
            return True
        first, plus, driver = scheme.partition("+")
        return bool(plus) and (first in service.schemes or f"{first}+{driver}" in service.schemes)

    def _clue(self, name: str, variable: Variable) -> Clue | None:
        service = SERVICES[name]
        what = carried(variable.name)
        default = variable.default or ""
        found = _URL.match(default)
        if found and self._is_of(service, found[1]):
            return Clue(variable.name, Carries.URL, found[1], _path(default))
        if what is None or (found and not default.startswith(("http", "sqlite"))):
            return None
        if not (_is_named(service, variable.name) or self._is_generic(service, variable.name)):
            return None
        if what is Carries.HOST and "," not in default and re.search(r":\d+$", default):
            what = Carries.URL if found else Carries.ADDRESS
        scheme = self._scheme(name) if what is Carries.URL else ""
        return Clue(variable.name, what, scheme, "")

    def _is_generic(self, service: BackingService, variable: str) -> bool:
        """Tell whether a variable that names no service can mean only this one here."""
        others = [one for other, one in SERVICES.items() if other in self._matches and one is not service]
        if service.is_sql and _SQL_WORDS.match(variable):
            return not any(one.is_sql for one in others)
        if service.is_broker and _BROKER_WORDS.search(variable):
            return not any(one.is_broker for one in others)
        if service.is_cache and _CACHE_WORDS.match(variable):
            return not any(one.is_cache for one in others)
        return (
            service is SERVICES["mongodb"]
            and not any(one.is_sql for one in others)
            and bool(_SQL_WORDS.match(variable))
        )

    def _scheme(self, name: str) -> str:
        """Return the scheme of a URL without a default: with the driver, if SQLAlchemy reads it."""
        if name in self._schemes:
            return self._schemes[name]
        plain = SERVICES[name].schemes[0]
        names = {one.name for one in self._dependencies}
        reads = any(
            one.module.partition(".")[0] in ("sqlalchemy", "sqlmodel", "flask_sqlalchemy", "databases")
            for source in self._sources
            for one in source.imports
        )
        if not reads:
            return plain
        is_async = any("create_async_engine" in source.names for source in self._sources)
        for driver, distributions in _DRIVERS.get(name, ()):
            if names.intersection(distributions) and (driver in _ASYNC) is (is_async and driver in _ASYNC):
                return f"{plain}+{driver}" if driver else plain
        return plain


_ASYNC = ("asyncpg", "aiomysql", "asyncmy")
_DRIVERS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "postgresql": (
        ("asyncpg", ("asyncpg",)),
        ("", ("psycopg2", "psycopg2-binary")),
        ("psycopg", ("psycopg", "psycopg-binary")),
        ("pg8000", ("pg8000",)),
    ),
    "mysql": (
        ("aiomysql", ("aiomysql",)),
        ("asyncmy", ("asyncmy",)),
        ("", ("mysqlclient",)),
        ("pymysql", ("pymysql",)),
        ("mysqlconnector", ("mysql-connector-python",)),
    ),
}
"""The drivers of SQLAlchemy by preference, and the distributions that they are."""


def _is_named(service: BackingService, variable: str) -> bool:
    words = variable.upper().split("_")
    return any(
        name in words
        or (len(name) > 3 and any(word.startswith(name) for word in words))  # noqa: PLR2004 - not `ES`
        or (name == "PG" and words[0].startswith("PG"))
        for name in service.names
    )


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
