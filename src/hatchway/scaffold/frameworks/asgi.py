"""Plain ASGI: a coroutine function that takes a scope and two functions, to receive and to send."""

from hatchway.scaffold.facts import Protocol
from hatchway.scaffold.frameworks._callables import framework_of_callables

FRAMEWORK = framework_of_callables(Protocol.ASGI, (("scope", "receive", "send"),))
