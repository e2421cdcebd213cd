"""Memcached."""

from hatchway.scaffold.backing import BackingService

BACKING = BackingService(
    "Memcached",
    schemes=("memcached", "memcache", "pymemcache", "pymemcachecache"),
    modules=("pymemcache", "memcache", "pylibmc", "aiomcache", "bmemcached"),
    drivers=("pymemcache", "python-memcached", "pylibmc", "aiomcache", "python-binary-memcached"),
    engines=(
        "django.core.cache.backends.memcached.PyMemcacheCache",
        "django.core.cache.backends.memcached.PyLibMCCache",
        "django.core.cache.backends.memcached.MemcachedCache",
    ),
    names=("MEMCACHED", "MEMCACHE", "MEMCACHIER"),
    is_cache=True,
)
