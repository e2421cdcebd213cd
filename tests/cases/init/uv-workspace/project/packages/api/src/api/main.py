from fastapi import FastAPI
from rooms import names

app = FastAPI()


@app.get("/")
def index():
    return names()
