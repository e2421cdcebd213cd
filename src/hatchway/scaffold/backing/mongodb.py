"""MongoDB."""

from hatchway.scaffold.backing import BackingService

BACKING = BackingService(
    "MongoDB",
    schemes=("mongodb", "mongodb+srv"),
    modules=("pymongo", "motor", "mongoengine", "beanie", "flask_pymongo", "odmantic", "djongo"),
    drivers=("pymongo", "motor", "mongoengine", "beanie"),
    engines=("djongo", "django_mongodb_backend"),
    names=("MONGO", "MONGODB"),
)
