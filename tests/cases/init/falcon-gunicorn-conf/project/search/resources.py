class Health:
    def on_get(self, request, response):
        response.text = "ok"


class Search:
    def __init__(self, client):
        self.client = client

    def on_get(self, request, response, index):
        response.media = self.client.search(index=index).body
