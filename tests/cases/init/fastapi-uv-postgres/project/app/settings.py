from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ORDERS_", env_file=".env")

    database_url: str = "postgresql+asyncpg://orders:orders@localhost/orders"
    redis_url: str = "redis://localhost:6379/0"
    api_token: SecretStr
    page_size: int = 50
    sentry_dsn: str | None = Field(default=None, validation_alias="SENTRY_DSN")


settings = Settings()
