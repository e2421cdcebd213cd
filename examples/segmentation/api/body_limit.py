"""A limit to what a request may send, counted as it comes in: no header need be believed."""

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Ends a request with 413 once its body is larger than `most` bytes."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """Stand before an application."""
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what the application receives."""
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.most:
                raise HTTPException(413, f"A request may have {self.most // 2**20} MB.")
            return message

        await self.app(scope, counted, send)
