from celery.contrib import rdb


def add(one, other):
    rdb.set_trace()
    return one + other
