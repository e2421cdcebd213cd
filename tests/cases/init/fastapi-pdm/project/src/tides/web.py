from importlib.metadata import version

from fastapi import FastAPI

app = FastAPI()


@app.get("/tides")
async def tides() -> dict[str, str]:
    release = version("tides")
    return {"release": release}
