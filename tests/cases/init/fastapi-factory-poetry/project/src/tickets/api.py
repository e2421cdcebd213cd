import os

from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient


def create_app() -> FastAPI:
    app = FastAPI()
    app.state.mongo = AsyncIOMotorClient(os.environ.get("MONGO_URI", "mongodb://localhost:27017/tickets"))

    @app.get("/livez")
    async def alive():
        return "alive"

    return app
