from typing import override

from fastapi import FastAPI

type Pair[T] = tuple[T, T]


class Api(FastAPI):
    @override
    def openapi(self):
        return {}


def first[T](pair: Pair[T]) -> T:
    return pair[0]


application = Api()


@application.get("/")
def index() -> Pair[int]:
    return 1, 2
