from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from gate.admin import admin
from gate.v2 import app as v2

app = FastAPI()
app.mount("/admin", admin)
app.mount("/v2", v2)
app.mount("/static", StaticFiles(directory="assets"))


@app.get("/health")
def health():
    return "ok"
