from os import environ

from sanic import Blueprint, Sanic, text

app = Sanic("Counter")
counts = Blueprint("counts", url_prefix="/counts")


@counts.get("/")
async def all_of_them(request):
    return text("0")


@app.get("/status")
async def status(request):
    return text(environ.get("STATUS", "green"))


app.blueprint(counts)

if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(environ.get("PORT", 9999)), workers=4)
