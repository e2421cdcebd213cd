from fastapi import FastAPI

app = FastAPI()


@app.get("/things")
def things():
    return []
