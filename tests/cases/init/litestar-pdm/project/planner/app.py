import os

import aio_pika
from litestar import Litestar, get, post


@get("/")
async def plans() -> list[str]:
    """All plans."""
    return []


@post("/plans")
async def plan(data: dict) -> None:
    connection = await aio_pika.connect_robust(os.environ["RABBITMQ_URL"])
    await connection.close()


@get(path="/health", sync_to_thread=False)
def health() -> str:
    return "up"


app = Litestar([plans, plan, health])
