from fastapi import FastAPI

app = FastAPI()


@app.get("/prices")
async def prices():
    found = [1, 2]
    return found
