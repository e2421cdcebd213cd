"""Requirements as people write them, and the names of variables."""

import pytest

from hatchway.scaffold.backing import carried
from hatchway.scaffold.facts import Carries, Place
from hatchway.scaffold.packaging import dependency_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Flask", "flask"),
        ("zope.interface==5", "zope-interface"),
        ("psycopg[binary,pool]>=3 ; python_version > '3.8'", "psycopg"),
        ("uvicorn [standard] >= 0.2  # why", "uvicorn"),
        ("tool @ git+https://git.example.invalid/tool.git", "tool"),
        ("git+https://git.example.invalid/x.git#egg=Some_Tool", "some-tool"),
        ("flask==3 --hash=sha256:00", "flask"),
        ("https://example.invalid/x.whl", None),
        ("./wheels/x.whl", None),
        ("../lib", None),
        (".", None),
        ("", None),
    ],
)
def test_a_requirement_has_a_name(text: str, name: str | None) -> None:
    found = dependency_of(text, Place("requirements.txt", 1), is_dev=False)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("variable", "what"),
    [
        ("DATABASE_URL", Carries.URL),
        ("SQLALCHEMY_DATABASE_URI", Carries.URL),
        ("CELERY_RESULT_BACKEND", Carries.URL),
        ("POSTGRES_HOST", Carries.HOST),
        ("PGHOST", Carries.HOST),
        ("MEMCACHED_SERVERS", Carries.ADDRESS),
        ("DB_PORT", Carries.PORT),
        ("POSTGRES_DB", Carries.DATABASE),
        ("DB_NAME", Carries.DATABASE),
        ("MYSQL_USER", Carries.USER),
        ("DB_PASS", Carries.PASSWORD),
        ("redis_url", Carries.URL),
        ("DEBUG", None),
        ("PAGE_SIZE", None),
    ],
)
def test_a_name_says_what_of_an_address_it_carries(variable: str, what: Carries | None) -> None:
    assert carried(variable) is what
