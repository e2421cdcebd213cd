"""Elasticsearch, and OpenSearch, which began as it."""

from hatchway.scaffold.backing import BackingService

BACKING = BackingService(
    "Elasticsearch",
    schemes=("elasticsearch",),
    modules=("elasticsearch", "elasticsearch_dsl", "opensearchpy", "django_elasticsearch_dsl"),
    drivers=("elasticsearch", "elasticsearch-dsl", "opensearch-py", "django-elasticsearch-dsl"),
    engines=(
        "haystack.backends.elasticsearch7_backend.Elasticsearch7SearchEngine",
        "haystack.backends.elasticsearch5_backend.Elasticsearch5SearchEngine",
        "wagtail.search.backends.elasticsearch8",
        "wagtail.search.backends.elasticsearch7",
    ),
    names=("ELASTICSEARCH", "ELASTIC", "OPENSEARCH", "ES"),
    flavours=(("opensearch", "opensearch"),),
)
