import os

import uvicorn
from fastapi import FastAPI

app = FastAPI()


@app.get("/sum")
def add(a: int = 0, b: int = 0):
    return a + b


if __name__ == "__main__":
    uvicorn.run(app, host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8100")))
