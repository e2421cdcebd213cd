from fastapi import APIRouter

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("")
async def all_orders() -> list[str]:
    return []


@router.get("/{number}")
async def one(number: int) -> str:
    return str(number)
