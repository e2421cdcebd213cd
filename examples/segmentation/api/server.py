"""The API: a picture in, the picture of its segments out."""

import io
import logging
import os
from typing import Any

import uvicorn
from fastapi import HTTPException, Response, UploadFile
from fastapi_offline import FastAPIOffline

from body_limit import BodyLimit
from models import load_model, max_size_of
from pictures import MOST_BYTES, MOST_PIXELS, TooLargeError, UnreadableError, open_picture
from segmentation import get_segments

log = logging.getLogger("uvicorn.error")
model = load_model(os.environ)  # before the first request, and once
max_size = max_size_of(os.environ, model)

app = FastAPIOffline(  # its /docs needs nobody else's server
    title="DeepLabV3 image segmentation",
    version="0.1.0",
    description=f"Tells what each pixel of a picture belongs to. Active model: **{model.name}**. "
    "The page to try it is on port 8501.",
)
app.add_middleware(BodyLimit, most=MOST_BYTES)


class PngResponse(Response):
    """A PNG, also in the API's description."""

    media_type = "image/png"


def refusal(what: str) -> dict[str, Any]:
    """Describe an answer that says in `detail` what is wrong."""
    schema = {"type": "object", "properties": {"detail": {"type": "string"}}}
    return {"description": what, "content": {"application/json": {"schema": schema}}}


# Not `async`: it computes, and would hold every other request.
@app.post(
    "/segmentation",
    response_class=PngResponse,
    responses={400: refusal("Not a picture"), 413: refusal("Too many bytes or pixels")},
)
def segmentation(file: UploadFile) -> PngResponse:
    """Return a PNG as large as the picture, each pixel the number of its class."""
    try:
        segments = get_segments(model, open_picture(file.file), max_size)
    except UnreadableError:
        raise HTTPException(400, "This file is no picture, or a broken one.") from None
    except TooLargeError:
        raise HTTPException(413, f"A picture may have {MOST_PIXELS // 10**6} megapixels.") from None
    log.info("looked at %s pixels, found %s in %.2f s", segments.size, segments.found, segments.seconds)
    png = io.BytesIO()
    segments.picture.save(png, "PNG")
    timing = f"model;dur={segments.seconds * 1000:.1f}"
    return PngResponse(png.getvalue(), headers={"Server-Timing": timing})


@app.get("/health")
def health() -> dict[str, Any]:
    """Say which model is active."""
    return {"status": "ok", "model": model.name, "classes": model.classes, "max_size": max_size}


if __name__ == "__main__":
    uvicorn.run(app, host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8000")))
