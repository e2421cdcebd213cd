from celery import Celery

app = Celery("mailer", broker="amqp://rabbit//")


@app.task
def send(to):
    pass
