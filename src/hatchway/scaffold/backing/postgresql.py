"""PostgreSQL, also with PostGIS."""

from hatchway.scaffold.backing import BackingService

BACKING = BackingService(
    "PostgreSQL",
    schemes=("postgresql", "postgres", "postgis", "psql", "pgsql"),
    modules=("psycopg", "psycopg2", "asyncpg", "pg8000", "psycopg_pool", "aiopg", "django.contrib.postgres"),
    drivers=("psycopg", "psycopg2", "psycopg2-binary", "psycopg-binary", "asyncpg", "pg8000", "aiopg"),
    engines=(
        "django.db.backends.postgresql",
        "django.db.backends.postgresql_psycopg2",
        "django.contrib.gis.db.backends.postgis",
        "tortoise.backends.asyncpg",
    ),
    names=("POSTGRES", "POSTGRESQL", "PG", "PGSQL"),
    flavours=(("postgis", "postgis"), ("geoalchemy2", "postgis")),
    is_sql=True,
)
