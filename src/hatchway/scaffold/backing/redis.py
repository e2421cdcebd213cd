"""Redis, and Valkey, which speaks as it does."""

from hatchway.scaffold.backing import BackingService

BACKING = BackingService(
    "Redis",
    schemes=("redis", "rediss", "unix+redis", "valkey"),
    modules=(
        "redis",
        "aioredis",
        "redis_om",
        "valkey",
        "rq",
        "django_rq",
        "arq",
        "huey.RedisHuey",
        "channels_redis",
        "flask_redis",
        "django_redis",
        "aiocache.RedisCache",
    ),
    drivers=("redis", "django-redis", "channels-redis", "hiredis", "arq", "rq"),
    engines=(
        "django_redis.cache.RedisCache",
        "django.core.cache.backends.redis.RedisCache",
        "channels_redis.core.RedisChannelLayer",
        "channels_redis.pubsub.RedisPubSubChannelLayer",
    ),
    names=("REDIS", "VALKEY"),
    flavours=(("valkey", "valkey"),),
    is_broker=True,
    is_cache=True,
)
