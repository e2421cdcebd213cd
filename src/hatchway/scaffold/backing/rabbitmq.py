"""RabbitMQ."""

from hatchway.scaffold.backing import BackingService

BACKING = BackingService(
    "RabbitMQ",
    schemes=("amqp", "amqps", "pyamqp"),
    modules=("pika", "aio_pika", "aiormq", "faststream.rabbit", "dramatiq.brokers.rabbitmq"),
    drivers=("pika", "aio-pika", "amqp", "dramatiq[rabbitmq]"),
    names=("RABBITMQ", "RABBIT", "AMQP"),
    is_broker=True,
)
