import fastapi
import redis.asyncio as redis

from app.settings import settings

router = fastapi.APIRouter()


@router.get("/health")
async def health():
    """Ask Redis, too."""
    async with redis.from_url(settings.redis_url) as client:
        await client.ping()
    return {"status": "ok"}
