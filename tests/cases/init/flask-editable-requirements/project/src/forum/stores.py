"""Plug-ins for stores that most do without."""


def in_mongo(address):
    import pymongo

    return pymongo.MongoClient(address)


def in_search(address):
    from opensearchpy import OpenSearch

    return OpenSearch(address)
