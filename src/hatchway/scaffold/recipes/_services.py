"""The backing services as services of Compose, and the addresses by which the code finds them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hatchway.scaffold.facts import Backing, Carries, Clue, Part

USER = "app"
DATABASE = "app"


@dataclass(frozen=True, slots=True)
class Store:
    """How one backing service is run."""

    service: str
    image: str
    port: int
    scheme: str
    check: tuple[str, ...]
    data: str = ""
    """Where it keeps what must outlive it; empty: nothing."""
    variables: Mapping[str, str] = field(default_factory=dict)
    password: str = ""
    """The variable that sets it for whoever runs the project; empty: there is none."""
    patience: str = "10s"
    """How long its first start may take."""

    @property
    def secret(self) -> str:
        """Return the password as compose files have it: one for development unless another is given."""
        return f"${{{self.password}:-development}}" if self.password else ""


_MYSQL = {"MYSQL_DATABASE": DATABASE, "MYSQL_USER": USER, "MYSQL_RANDOM_ROOT_PASSWORD": "yes"}
_MARIADB = {"MARIADB_DATABASE": DATABASE, "MARIADB_USER": USER, "MARIADB_RANDOM_ROOT_PASSWORD": "yes"}
_READY = ("CMD", "pg_isready", f"--username={USER}", f"--dbname={DATABASE}", "--host=127.0.0.1")
_POSTGRES = {"POSTGRES_DB": DATABASE, "POSTGRES_USER": USER}
_PG_DATA = "/var/lib/postgresql/data"
_HTTP = ("CMD-SHELL", "curl --fail --silent http://127.0.0.1:9200/_cluster/health")
_SINGLE = {"discovery.type": "single-node"}

_STORES: Mapping[tuple[str, str], Store] = {
    ("redis", ""): Store("redis", "redis:7", 6379, "redis", ("CMD", "redis-cli", "ping"), "/data"),
    ("postgresql", ""): Store(
        "postgres", "postgres:16", 5432, "postgresql", _READY, _PG_DATA, _POSTGRES, "POSTGRES_PASSWORD", "30s"
    ),
    ("postgresql", "postgis"): Store(
        "postgres",
        "postgis/postgis:16-3.5",
        5432,
        "postgresql",
        _READY,
        _PG_DATA,
        _POSTGRES,
        "POSTGRES_PASSWORD",
        "60s",
    ),
    ("mysql", ""): Store(
        "mysql",
        "mysql:8.4",
        3306,
        "mysql",
        ("CMD-SHELL", 'mysqladmin ping --host=127.0.0.1 --user=app --password="$$MYSQL_PASSWORD"'),
        "/var/lib/mysql",
        _MYSQL,
        "MYSQL_PASSWORD",
        "60s",
    ),
    ("mysql", "mariadb"): Store(
        "mariadb",
        "mariadb:11",
        3306,
        "mysql",
        ("CMD", "healthcheck.sh", "--connect", "--innodb_initialized"),
        "/var/lib/mysql",
        _MARIADB,
        "MARIADB_PASSWORD",
        "60s",
    ),
    ("mongodb", ""): Store(
        "mongo",
        "mongo:8",
        27017,
        "mongodb",
        ("CMD", "mongosh", "--quiet", "--eval", "db.hello().ok"),
        "/data/db",
    ),
    ("rabbitmq", ""): Store(
        "rabbitmq",
        "rabbitmq:4",
        5672,
        "amqp",
        ("CMD", "rabbitmq-diagnostics", "--quiet", "check_port_connectivity"),
        "/var/lib/rabbitmq",
        {"RABBITMQ_DEFAULT_USER": USER},
        "RABBITMQ_DEFAULT_PASS",
        "60s",
    ),
    ("memcached", ""): Store(
        "memcached",
        "memcached:1.6",
        11211,
        "memcached",
        ("CMD-SHELL", "timeout 1 bash -c '</dev/tcp/127.0.0.1/11211'"),
    ),
    ("elasticsearch", ""): Store(
        "elasticsearch",
        "elasticsearch:8.19.0",
        9200,
        "http",
        _HTTP,
        "/usr/share/elasticsearch/data",
        {**_SINGLE, "xpack.security.enabled": "false"},
        patience="120s",
    ),
    ("elasticsearch", "opensearch"): Store(
        "opensearch",
        "opensearchproject/opensearch:3",
        9200,
        "http",
        _HTTP,
        "/usr/share/opensearch/data",
        {**_SINGLE, "DISABLE_SECURITY_PLUGIN": "true", "DISABLE_INSTALL_DEMO_CONFIG": "true"},
        patience="120s",
    ),
}


_SQLALCHEMY = {"sqlalchemy", "flask-sqlalchemy", "sqlmodel"}
_DRIVERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "postgresql": (
        ("psycopg2", "psycopg2"),
        ("psycopg2-binary", "psycopg2"),
        ("psycopg", "psycopg"),
        ("pg8000", "pg8000"),
        ("asyncpg", "asyncpg"),
    ),
    "mysql": (("mysqlclient", "mysqldb"), ("pymysql", "pymysql"), ("asyncmy", "asyncmy")),
}
"""By the scheme, which distribution has which driver: SQLAlchemy 2.1 took another for its usual one."""


def store_of(backing: Backing) -> Store | None:
    """Return how a backing service is run; None if that is not known here."""
    return _STORES.get((backing.name, backing.flavour)) or _STORES.get((backing.name, ""))


def service_of(store: Store) -> dict[str, Any]:
    """Return the service of Compose; only the project's own containers reach it."""
    variables = dict(store.variables)
    if store.password:
        variables[store.password] = store.secret
    service: dict[str, Any] = {"image": store.image}
    if variables:
        service["environment"] = variables
    if store.data:
        service["volumes"] = [f"{store.service}-data:{store.data}"]
    check = {"test": list(store.check), "interval": "10s", "timeout": "5s", "start_period": store.patience}
    return {**service, "healthcheck": {**check, "start_interval": "1s"}, "restart": "unless-stopped"}


def stores_of(parts: tuple[Part, ...]) -> Iterator[Store]:
    """Yield each store that a part of these needs, once."""
    seen: set[str] = set()
    for part in parts:
        for backing in part.backing:
            store = store_of(backing)
            if store and store.service not in seen:
                seen.add(store.service)
                yield store


def addresses_of(part: Part) -> dict[str, str]:
    """Return the variables that lead the part's code to its stores."""
    found: dict[str, str] = {}
    for backing in part.backing:
        store = store_of(backing)
        for clue in backing.clues:
            if store and (value := _value(clue, store, part)):
                found[clue.variable] = value
    return found


def _value(clue: Clue, store: Store, part: Part) -> str:
    user = USER if store.password else ""
    if clue.carries is Carries.URL:
        who = f"{user}:{store.secret}@" if user else ""
        return f"{_scheme(clue, store, part)}://{who}{store.service}:{store.port}{_path(clue, store)}"
    return {
        Carries.HOST: store.service,
        Carries.PORT: str(store.port),
        Carries.ADDRESS: f"{'http://' if store.scheme == 'http' else ''}{store.service}:{store.port}",
        Carries.DATABASE: DATABASE if user else clue.path,
        Carries.USER: user,
        Carries.PASSWORD: store.secret,
    }[clue.carries]


def _scheme(clue: Clue, store: Store, part: Part) -> str:
    """Return the scheme of a URL, with the driver where SQLAlchemy's usual one is not what is installed."""
    scheme = clue.scheme or store.scheme
    names = {one.name for one in part.dependencies}
    if not names & _SQLALCHEMY:
        return scheme
    return next((f"{scheme}+{driver}" for name, driver in _DRIVERS.get(scheme, ()) if name in names), scheme)


def _path(clue: Clue, store: Store) -> str:
    """Return what follows the address: of a database, its name as we make it."""
    if store.scheme in ("postgresql", "mysql"):
        return f"/{DATABASE}"
    if store.scheme == "amqp":
        return "//"
    return f"/{clue.path.lstrip('/')}" if clue.path else ""
