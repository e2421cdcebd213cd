from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve(strict=True).parents[2]
DATABASES = {"default": env.db("DATABASE_URL", default="postgis://backend:backend@localhost/backend")}
DATABASES["default"]["ENGINE"] = "django.contrib.gis.db.backends.postgis"
CACHES = {
    "default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": env("REDIS_URL", default="redis://redis:6379/0")}
}
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="redis://redis:6379/1")
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
INSTALLED_APPS = ["django.contrib.gis", "django.contrib.staticfiles", "django_celery_beat", "places"]
STATIC_ROOT = str(BASE_DIR / "staticfiles")
STATIC_URL = "/static/"
ROOT_URLCONF = "config.urls"
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 5)
