from fastapi import FastAPI

app = FastAPI(title="Echo")


@app.get("/")
async def root():
    return {"message": "hello"}


@app.get("/echo/{word}")
async def echo(word: str):
    return {"word": word}
