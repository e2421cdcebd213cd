import os

import dj_database_url

INSTALLED_APPS = ["daphne", "channels", "room"]
ASGI_APPLICATION = "live.asgi.application"
SECRET_KEY = os.environ.get("SECRET_KEY")
DATABASES = {"default": dj_database_url.config(conn_max_age=600)}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [(os.environ.get("REDIS_HOST", "127.0.0.1"), int(os.environ.get("REDIS_PORT", 6379)))]},
    }
}
