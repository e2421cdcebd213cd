"""Plain WSGI: a callable that takes the environment and a function to start the response."""

from hatchway.scaffold.facts import Protocol
from hatchway.scaffold.frameworks._callables import framework_of_callables

FRAMEWORK = framework_of_callables(Protocol.WSGI, (("environ", "start_response"), ("env", "start_response")))
