"""The relay's loop: joins the hub's tunnel, the workers' sockets, the doorbells and the survey."""

from __future__ import annotations

import json
import selectors
import time
from typing import TYPE_CHECKING, Any

from hatchway_agent import WIRE_VERSION
from hatchway_agent.relay.bells import Bells
from hatchway_agent.relay.dial import DialError, parse_dial
from hatchway_agent.relay.doorstep import Doorstep
from hatchway_agent.relay.headcount import Headcount
from hatchway_agent.relay.hub_side import HubSide
from hatchway_agent.relay.limits import Limits
from hatchway_agent.relay.link import Link
from hatchway_agent.relay.rendezvous import Rendezvous, RendezvousError
from hatchway_agent.relay.report import fit_for_a_frame
from hatchway_agent.servers import Role
from hatchway_agent.survey import Survey
from hatchway_agent.survey.life import is_alive
from hatchway_agent.survey.missing import Missing
from hatchway_agent.wire import Frame, Kind, WireError

if TYPE_CHECKING:
    import socket

    from hatchway_agent.relay.dial import Dial
    from hatchway_agent.survey import Sighting

_ATTACHED_ROLES = (Role.WORKER, Role.BEAT)
_ASKED_FOR = "breakpoint"
"""Why a process dials of which a thread has come to `breakpoint()`: it is attached whatever its role."""
_LAST_WORDS = 1.0
_SHORTEST_TOKEN = 8


class Switchboard:
    """One relay: one hub, one rendezvous directory, many workers."""

    def __init__(self, directory: str, incoming: int, outgoing: int, limits: Limits | None = None) -> None:
        """Listen for workers in `directory`, for the hub on `incoming`. Raises `RendezvousError`."""
        self._limits = limits = limits or Limits()
        self._why_ended = ""
        self._rendezvous = Rendezvous(directory)
        self._survey = Survey(directory)
        self._missing = Missing(directory)
        # Not epoll, which refuses plain files: `relay RUN_DIR < /dev/null` shall end, not fail.
        self._selector: selectors.BaseSelector = selectors.PollSelector()
        self._doorstep = Doorstep(self._selector, self._rendezvous.listen(), limits, self._answer)
        self._bells = Bells(self._selector, directory, limits)
        self._headcount = Headcount(self._selector, directory, self._tell_busy)
        self._hub = HubSide(self._selector, incoming, outgoing, limits, self._obey, self.end)
        self._token: str | None = None
        self._is_summoned = False
        self._is_holding = False
        self._links: dict[int, Link] = {}
        self._dials: dict[str, Dial] = {}
        self._released: set[str] = set()
        self._may_ring_at: dict[str, float] = {}
        self._last_channel = 0
        self._sightings: list[Sighting] = []
        self._told: list[dict[str, Any]] | None = None
        self._told_missing: list[dict[str, Any]] = []
        self._looked_at = 0.0
        self._looked_around_at = 0.0
        self._seen_change = -1
        self._is_look_due = True

    def end(self, why: str) -> None:
        """Let the loop end after this round."""
        self._why_ended = self._why_ended or why

    def run(self) -> str:
        """Serve until something ends it; return what that was. No file of ours is left."""
        try:
            tick_at = 0.0
            while not self._why_ended:
                for key, events in self._selector.select(max(0.0, tick_at - time.monotonic())):
                    key.data.fire(events)
                self._balance()
                if (now := time.monotonic()) >= tick_at:
                    tick_at = now + self._limits.look
                    self._tick(now)
        finally:
            self._rendezvous.close()
            self._doorstep.close()
            self._bells.keep_only(set())
            self._headcount.end()
            for link in self._links.values():
                link.close()
            self._hub.close(patience=_LAST_WORDS)
            self._selector.close()
        return self._why_ended

    def _tick(self, now: float) -> None:
        self._hub.tick(now)
        self._doorstep.tick(now)
        for link in list(self._links.values()):
            if link.deadline is not None and link.deadline < now:
                self._forget(link)
        change = self._rendezvous.changed_at()
        is_due = self._is_look_due or self._survey.is_unsettled or change != self._seen_change
        if self._token is not None and (is_due or now - self._looked_at >= self._limits.look_closely):
            self._seen_change = change
            self._look()
        if self._token is not None and now - self._looked_around_at >= self._limits.look_around:
            self._looked_around_at = now
            self._look_around()

    # The hub speaks

    def _obey(self, frame: Frame) -> None:
        if self._why_ended:
            return
        if frame.kind is Kind.HELLO and self._token is None:
            self._take_greeting(_parse(frame))
        elif self._token is None or frame.kind in (Kind.HELLO, Kind.SURVEY, Kind.OPEN, Kind.MISSING):
            msg = f"{frame.kind.name} is not for a relay now"
            raise WireError(msg)
        elif frame.channel == 0:
            self._obey_for_all(frame, self._token)
        elif link := self._links.get(frame.channel):  # else: it has just gone, and the hub does not know yet
            if frame.kind is Kind.DATA:
                self._pass_on(link, frame.payload)
            elif frame.kind is Kind.CLOSE:
                self._released.add(link.trace.birth)
                link.say_farewell(self._limits.farewell)

    def _obey_for_all(self, frame: Frame, token: str) -> None:
        """Do what concerns not one worker alone."""
        if frame.kind is Kind.SUMMON:
            self._summon(wait=_parse(frame).get("wait") is True)
        elif frame.kind is Kind.DISMISS:
            self._is_summoned = False
            self._rendezvous.withdraw()
            self._bells.keep_only(set())
        elif frame.kind is Kind.BUSY:
            self._headcount.ask(self._attached(), token)
        elif frame.kind is Kind.CLOSE:
            self.end("the hub has taken its leave")

    def _take_greeting(self, greeting: dict[str, Any]) -> None:
        version, token = greeting.get("wire"), greeting.get("token")
        if version != WIRE_VERSION:
            self._refuse(
                f"the relay speaks version {WIRE_VERSION} of the tunnel's protocol, the hub {version!r}"
            )
        elif not isinstance(token, str) or len(token) < _SHORTEST_TOKEN:
            self._refuse("the hub gave no token of at least 8 characters")
        else:
            self._token = token
            self._look()

    def _summon(self, *, wait: bool) -> None:
        assert self._token is not None  # noqa: S101 - for the type checker: the hub has greeted
        try:
            self._rendezvous.announce(self._token, wait=wait)
        except RendezvousError as error:
            self._refuse(str(error))
            return
        self._is_summoned = True
        self._is_holding = wait
        self._released.clear()
        self._sightings = self._survey.take(self._attached())
        self._may_ring_at = {sighting.trace.birth: 0.0 for sighting in self._sightings}
        self._told = None  # the hub is told in any case: who is there now is whom it waits for
        self._look()

    def _refuse(self, why: str) -> None:
        self._hub.send(Frame(Kind.CLOSE, 0, why.encode()))
        self.end(why)

    def _pass_on(self, link: Link, data: bytes) -> None:
        link.send(data)
        if link.backlog > self._limits.to_worker:
            self._drop(link, f"it has not read {link.backlog >> 20} MB that wait for it")
        elif sum(other.backlog for other in self._links.values()) > self._limits.to_workers:
            worst = max(self._links.values(), key=lambda other: other.backlog)
            self._drop(worst, f"it has not read {worst.backlog >> 20} MB that wait for it")

    # Workers speak

    def _answer(self, connection: socket.socket, line: bytes, behind: bytes) -> None:
        """Decide about a process that has said who it is."""
        try:
            if self._token is None or not self._is_summoned:
                connection.close()
                return
            dial = parse_dial(line, self._token)
        except DialError:
            connection.close()
            return
        if not self._survey.knows(dial.trace.birth):
            self._sightings = self._survey.take(self._attached())
        sighting = self._survey.identify(dial.trace)
        is_wanted = sighting.claim.role in _ATTACHED_ROLES
        is_wanted = is_wanted or (sighting.claim.imports_app and self._is_holding)
        is_wanted = is_wanted or dial.why == _ASKED_FOR
        is_wanted = is_wanted and len(self._links) < self._limits.workers
        self._bells.forget(dial.trace.birth)
        self._is_look_due = True
        try:
            connection.send(b"attach\n" if is_wanted else b"stay\n")
        except OSError:
            is_wanted = False
        if is_wanted:
            self._open(connection, dial, sighting, behind)
        else:
            connection.close()

    def _open(self, connection: socket.socket, dial: Dial, sighting: Sighting, behind: bytes) -> None:
        for link in list(self._links.values()):
            if link.trace.birth == dial.trace.birth:
                self._drop(link, "it has dialled again")
        self._last_channel += 1
        self._dials[dial.trace.birth] = dial
        what = {
            "server": sighting.server,
            "role": str(sighting.claim.role),
            "title": dial.title or sighting.title,
            "server_version": dial.server_version or sighting.server_version,
        }
        opening = json.dumps({**dial.as_json(), **what}).encode()
        self._hub.send(Frame(Kind.OPEN, self._last_channel, opening))
        link = Link(self._selector, connection, self._last_channel, dial.trace, self._carry, self._take_leave)
        self._links[link.channel] = link
        if behind:
            self._carry(link, behind)

    def _tell_busy(self, birth: str, number: int) -> None:
        if not self._hub.is_backed_up:
            self._hub.send(Frame(Kind.BUSY, 0, json.dumps({birth: number}).encode()))

    def _carry(self, link: Link, data: bytes) -> None:
        self._hub.send(Frame(Kind.DATA, link.channel, data))

    def _take_leave(self, link: Link, why: str) -> None:
        if link.deadline is None:
            lives = is_alive(link.trace.pid, link.trace.start)
            self._drop(link, why if lives else "its process has ended")
        else:
            self._forget(link)

    def _drop(self, link: Link, why: str) -> None:
        if link.channel in self._links and link.deadline is None:
            self._hub.send(Frame(Kind.CLOSE, link.channel, why.encode()))
        self._forget(link)

    def _forget(self, link: Link) -> None:
        link.close()
        self._is_look_due = True
        if self._links.pop(link.channel, None):
            self._dials.pop(link.trace.birth, None)
            self._forget_bell(link)

    def _forget_bell(self, link: Link) -> None:
        """Say when one that has gone may be rung again."""
        if link.deadline is None:
            # Whatever made it hang up, a worker that cannot stay attached is not rung without pause.
            self._may_ring_at[link.trace.birth] = time.monotonic() + self._limits.redial
            return
        # The hub let it go, and may have asked again since: editors come back at once, and wait for it.
        self._may_ring_at[link.trace.birth] = 0.0
        if self._is_summoned and not self._why_ended:
            self._ring({other.trace.birth for other in self._links.values()})

    # Nobody speaks

    def _balance(self) -> None:
        """While the hub is slow, read no worker and let nobody in: nothing here grows without bound."""
        is_backed_up = self._hub.is_backed_up
        for link in list(self._links.values()):
            link.hold_back(is_held_back=is_backed_up)
        if is_backed_up:
            self._doorstep.shut()
        else:
            self._doorstep.open()

    def _look(self) -> None:
        """Survey the directory, tell the hub if that differs from what it knows, ring who should be here."""
        self._looked_at = time.monotonic()
        self._is_look_due = False
        self._sightings = self._survey.take(self._attached())
        births = {link.trace.birth for link in self._links.values()}
        seen = [self._describe(sighting, births) for sighting in self._sightings]
        if self._hub.is_backed_up:
            self._is_look_due = True
        elif seen != self._told:
            self._told = seen
            self._hub.send(Frame(Kind.SURVEY, 0, fit_for_a_frame(seen)))
        if self._is_summoned:
            self._ring(births)

    def _look_around(self) -> None:
        """Look for processes without a beacon; tell the hub if there are others than it knows of."""
        missing = self._missing.take({sighting.trace.pid for sighting in self._sightings})
        if missing != self._told_missing and not self._hub.is_backed_up:
            self._told_missing = missing
            self._hub.send(Frame(Kind.MISSING, 0, fit_for_a_frame(missing)))

    def _ring(self, attached: set[str]) -> None:
        assert self._token is not None  # noqa: S101 - for the type checker: the hub has greeted
        line = self._rendezvous.ring_line(self._token)
        wanted = {one.trace.birth: one.trace for one in self._sightings if one.claim.role in _ATTACHED_ROLES}
        self._bells.keep_only(set(wanted))
        self._released &= set(wanted)
        start = self._looked_at + self._limits.head_start
        self._may_ring_at = {birth: self._may_ring_at.get(birth, start) for birth in wanted}
        room = self._limits.workers - len(attached)
        for birth, trace in wanted.items():
            if birth in attached | self._released or self._may_ring_at[birth] > self._looked_at:
                continue
            if room > 0:
                room -= 1
                self._bells.ring(trace, line)

    def _describe(self, sighting: Sighting, attached: set[str]) -> dict[str, Any]:
        is_attached = sighting.trace.birth in attached
        if dial := self._dials.get(sighting.trace.birth):
            return sighting.as_json(
                is_attached=is_attached, title=dial.title, server_version=dial.server_version
            )
        return sighting.as_json(is_attached=is_attached)

    def _attached(self) -> list[Any]:
        return [link.trace for link in self._links.values()]


def _parse(frame: Frame) -> dict[str, Any]:
    try:
        content = json.loads(frame.payload or b"{}")
    except (ValueError, RecursionError) as error:
        msg = f"{frame.kind.name} is no JSON"
        raise WireError(msg) from error
    if not isinstance(content, dict):
        msg = f"{frame.kind.name} is no JSON object"
        raise WireError(msg)
    return content
