import os

import falcon
from elasticsearch import Elasticsearch

from search.resources import Health, Search


def create():
    app = falcon.App()
    client = Elasticsearch(os.environ.get("ELASTICSEARCH_HOSTS", "http://localhost:9200"))
    app.add_route("/health", Health())
    app.add_route("/search/{index}", Search(client))
    return app
