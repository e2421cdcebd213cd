"""One file per backing service, each exposing BACKING: by what code shows that it uses it."""

import re
from dataclasses import dataclass

from hatchway.scaffold.facts import Carries


@dataclass(frozen=True, slots=True)
class BackingService:
    """What is known of one backing service."""

    title: str
    schemes: tuple[str, ...]
    """Of its URLs, without the driver: `postgresql`, `postgres`."""
    modules: tuple[str, ...]
    """Clients, as they are imported: their use shows that the service is used."""
    drivers: tuple[str, ...] = ()
    """Distributions that something else imports: with a URL or an engine, they tell which it is."""
    engines: tuple[str, ...] = ()
    """Texts in Django's settings that name it."""
    names: tuple[str, ...] = ()
    """Words in the names of variables that carry its address: `REDIS`."""
    flavours: tuple[tuple[str, str], ...] = ()
    """Texts in modules, schemes and engines, and the flavour they stand for."""
    is_sql: bool = False
    is_broker: bool = False
    is_cache: bool = False


_CARRIES = (
    (r"(?:URL|URI|DSN|BROKER|BACKEND|CONN(?:ECTION)?(?:_STRING)?)", Carries.URL),
    (r"(?:HOST|HOSTNAME|SERVER|ADDR|ENDPOINT)", Carries.HOST),
    (r"(?:HOSTS|SERVERS|LOCATION|NODES|ADDRESS|BOOTSTRAP)", Carries.ADDRESS),
    (r"PORT", Carries.PORT),
    (r"(?:USER|USERNAME|USR)", Carries.USER),
    (r"(?:PASSWORD|PASSWD|PASS|PWD)", Carries.PASSWORD),
    (r"(?:DB|DATABASE|NAME|DBNAME|DB_NAME|VHOST)", Carries.DATABASE),
)


def carried(variable: str) -> Carries | None:
    """Return what of an address a variable holds, by how its name ends."""
    for pattern, what in _CARRIES:
        if re.search(rf"(?:^|_|[A-Z]){pattern}$", variable.upper()):
            return what
    return None
