"""Decorators, with and without arguments."""

import functools


def counted(function):
    calls = 0

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        nonlocal calls
        calls += 1
        return function(*args, **kwargs)

    return wrapper


def times(count):
    def decorate(function):
        def repeated(*args):
            return [function(*args) for _ in range(count)]

        return repeated

    return decorate


@times(2)
@counted
def add(left, right=1):
    total = left + right
    return total


print(add(1), add(2))
