"""A question to several workers is settled once, with what came."""

from hatchway.model import WorkerKey
from hatchway.session.agenda import Agenda
from hatchway.session.gather import Gather
from hatchway.session.workers import Reply

ONE, OTHER = WorkerKey("c", 1, "a"), WorkerKey("c", 2, "b")
YES = Reply(success=True, body={})
LOST = Reply(success=False, body={}, lost=True)


def gather(agenda: Agenda, *keys: WorkerKey) -> tuple[Gather, list[set[WorkerKey]]]:
    settled: list[set[WorkerKey]] = []
    return Gather(keys, lambda replies: settled.append(set(replies)), agenda, 1.0), settled


def test_it_waits_for_the_last_reply() -> None:
    waiting, settled = gather(Agenda(), ONE, OTHER)
    waiting.take(ONE, YES)
    assert settled == []
    waiting.take(OTHER, YES)
    assert settled == [{ONE, OTHER}]


def test_a_lost_worker_is_waited_for_no_longer_and_has_no_reply() -> None:
    waiting, settled = gather(Agenda(), ONE, OTHER)
    waiting.take(ONE, LOST)
    waiting.take(OTHER, YES)
    assert settled == [{OTHER}]


def test_time_runs_out_once_and_late_replies_settle_nothing() -> None:
    agenda = Agenda()
    waiting, settled = gather(agenda, ONE, OTHER)
    waiting.take(ONE, YES)
    agenda.advance(1.0)
    assert settled == [{ONE}]
    waiting.take(OTHER, YES)
    waiting.start()
    assert len(settled) == 1
    assert agenda.next is None


def test_with_nobody_to_ask_it_is_settled_at_once() -> None:
    waiting, settled = gather(Agenda())
    waiting.start()
    assert settled == [set()]


def test_the_agenda_does_what_is_due_in_order_and_skips_what_was_cancelled() -> None:
    agenda = Agenda()
    done: list[str] = []
    late = agenda.after(2, lambda: done.append("late"))
    agenda.after(1, lambda: (done.append("early"), agenda.cancel(late))[0])
    assert agenda.next == 1
    agenda.advance(5)
    agenda.advance(3)
    assert (done, agenda.now, agenda.next) == (["early"], 5, None)
