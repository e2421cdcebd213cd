"""What befalls a container, read from the engine's events: failed health checks, signals, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hatchway.engines import Plight
from hatchway.engines._docker import calls
from hatchway.model import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hatchway.model import Container

FILTERS = ("event=exec_die", "event=health_status", "event=kill", "event=die")
"""Of the events to ask the engine for."""
_DEADLY = {"2": "SIGINT", "3": "SIGQUIT", "9": "SIGKILL", "15": "SIGTERM"}


class Plights:
    """Reads the events of one engine in their order."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self._signals: dict[str, str] = {}
        """By container: the signal that is to end it."""

    async def read(self, event: Mapping[str, Any], container: Container, name: str) -> Plight | None:
        """Return what an event of the container means; `name` is what people call that."""
        facts = event["Actor"]["Attributes"]
        match event["Action"]:
            case "exec_die" if facts.get("exitCode") != "0" and await _is_failing(container):
                # Docker counts up to the retries, which we raised: the first failure is the news.
                return Plight(container, Trouble.FAILING, f"{name} fails its health check")
            case "health_status: unhealthy":
                return Plight(container, Trouble.UNHEALTHY, f"{name} is unhealthy for Docker")
            case "kill" if signal := _DEADLY.get(facts.get("signal", "")):
                self._signals[container.id] = signal
                if signal != "SIGKILL":  # then its end is the next event
                    return Plight(container, Trouble.ENDING, f"{name} was sent {signal} from outside")
            case "die":
                signal = self._signals.pop(container.id, "")
                how = f"was ended from outside ({signal})" if signal else f"ended ({_code(facts)})"
                return Plight(container, Trouble.ENDED, f"{name} {how}")
        return None


async def _is_failing(container: Container) -> bool:
    """Tell whether the latest probe of the health check failed: an event does not say whose command ended."""
    found = await calls.inspect("container", container.id)
    state = found[0]["State"] if found else {}
    return bool(state.get("Running") and (state.get("Health") or {}).get("FailingStreak"))


def _code(facts: Mapping[str, Any]) -> str:
    return f"exit code {facts.get('exitCode', 'unknown')}"
