from starlette.applications import Starlette
from starlette.config import Config
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

config = Config(".env")
DEBUG = config("DEBUG", cast=bool, default=False)
TITLE = config("TITLE")


async def home(request):
    return PlainTextResponse(TITLE)


async def user(request):
    return PlainTextResponse(request.path_params["name"])


app = Starlette(
    debug=DEBUG,
    routes=[
        Route("/", home),
        Route("/users/{name}", user),
        Mount("/files", StaticFiles(directory="public")),
    ],
)
