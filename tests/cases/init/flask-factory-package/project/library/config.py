import os


class Production:
    SECRET_KEY = os.environ["SECRET_KEY"]
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "postgresql://library:library@localhost:5432/library")
    SQLALCHEMY_TRACK_MODIFICATIONS = False


class Testing(Production):
    SQLALCHEMY_DATABASE_URI = "sqlite://"
