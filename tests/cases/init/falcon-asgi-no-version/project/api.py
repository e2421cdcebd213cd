import falcon.asgi


class Things:
    async def on_get(self, req, resp):
        match req.params:
            case {"kind": kind}:
                resp.media = [kind]
            case _:
                resp.media = []


app = falcon.asgi.App()
app.add_route("/things", Things())
