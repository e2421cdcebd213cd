from quart import Quart, websocket

app = Quart(__name__)


@app.get("/")
async def index():
    return "open a websocket"


@app.websocket("/ws")
async def talk():
    while True:
        await websocket.send(await websocket.receive())


if __name__ == "__main__":
    app.run(port=5050)
