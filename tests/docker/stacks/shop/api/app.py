"""The shop's interface for programs."""

import os

from fastapi import FastAPI

app = FastAPI()


@app.get("/who/{name}")
def who(name: str):
    greeting = f"hello {name} from api"
    return {"greeting": greeting, "pid": os.getpid()}  # stop: who
