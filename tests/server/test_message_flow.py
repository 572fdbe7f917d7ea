"""What a run says comes in order and whole, and wakes the server's thread seldom."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.runtime.session_manager import SessionClientDisconnectedError

from recommender.server import message_flow
from recommender.server.message_flow import MOMENT_S, MOST_AT_ONCE, Outbox, send_together

STARTED, SAID = ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG
ENDED = ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS


class Loop:
    """An event loop by hand: what it was asked to do, and when it does it."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], None]] = []
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.heard: list[object] = []
        self.outbox = Outbox(self.hear, self.soon.append, self.call_later)

    def hear(self, sender: object, *, event: ScriptRunnerEvent, **payload: object) -> None:
        self.heard.append(payload.get("forward_msg", event))

    def call_later(self, delay_s: float, call: Callable[[], None]) -> None:
        self.later.append((delay_s, call))

    def turn(self) -> None:
        calls, self.soon[:] = list(self.soon), []
        for call in calls:
            call()

    def wait(self) -> None:
        calls, self.later[:] = list(self.later), []
        for _, call in calls:
            call()


def test_a_run_is_handed_over_when_it_ends_and_wakes_twice() -> None:
    loop = Loop()
    loop.outbox.put(None, STARTED)
    for number in range(30):
        loop.outbox.put(None, SAID, forward_msg=number)
    assert len(loop.soon) == 1
    loop.turn()
    assert loop.heard == []
    loop.outbox.put(None, ENDED)
    loop.turn()
    assert loop.heard == [STARTED, *range(30), ENDED]
    loop.wait()
    assert len(loop.heard) == 32


def test_a_run_that_takes_long_shows_what_it_has() -> None:
    loop = Loop()
    for number in range(3):
        loop.outbox.put(None, SAID, forward_msg=number)
        loop.turn()
        assert [delay for delay, _ in loop.later] == [MOMENT_S]
        loop.wait()
        assert loop.heard == list(range(number + 1))


def test_nothing_is_lost_or_out_of_order_between_threads() -> None:
    heard: list[int] = []
    done = threading.Event()

    def hear(sender: object, *, event: ScriptRunnerEvent, **payload: Any) -> None:
        if event is ENDED:
            done.set()
        else:
            heard.append(payload["forward_msg"])

    async def serve() -> None:
        loop = asyncio.get_running_loop()

        def call_soon(call: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(call)

        outbox = Outbox(hear, call_soon, message_flow._call_later)

        def say() -> None:
            for number in range(20_000):
                outbox.put(None, SAID, forward_msg=number)
            outbox.put(None, ENDED)

        threading.Thread(target=say).start()
        assert await asyncio.to_thread(done.wait, 20)

    asyncio.run(serve())
    assert heard == list(range(20_000))


class Session:
    """A session with messages in its queue, and a browser that takes only so many."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, queued: int, taken: int) -> None:
        self.id = "tab"
        self.sent: list[str] = []
        self._queued = [ForwardMsg(ref_hash=str(number)) for number in range(queued)]
        self._taken = taken
        monkeypatch.setattr(AppSession, "flush_browser_queue", Session._flush)
        monkeypatch.setattr(AppSession, "_on_scriptrunner_event", Session._flush)
        sessions = SimpleNamespace(get_active_session_info={"tab": self}.get)
        runtime = SimpleNamespace(_session_mgr=sessions, _send_message=self._send)
        monkeypatch.setattr(Runtime, "exists", lambda: True)
        monkeypatch.setattr(Runtime, "instance", lambda: runtime)
        send_together()
        self.left = [message.ref_hash for message in AppSession.flush_browser_queue(self)]  # type: ignore[arg-type]

    def _flush(self) -> list[ForwardMsg]:
        return self._queued

    def _send(self, info: object, message: ForwardMsg) -> None:
        if len(self.sent) == self._taken:
            raise SessionClientDisconnectedError
        self.sent.append(message.ref_hash)


def test_all_but_the_last_are_sent_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(monkeypatch, queued=5, taken=99)
    assert session.sent == ["0", "1", "2", "3"]
    assert session.left == ["4"]


def test_a_browser_that_is_gone_leaves_the_rest_to_streamlit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = Session(monkeypatch, queued=5, taken=2)
    assert session.sent == ["0", "1"]
    assert session.left == ["2", "3", "4"]


def test_so_many_that_streamlit_would_give_up_go_by_and_by(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(monkeypatch, queued=700, taken=999)
    assert len(session.sent) == MOST_AT_ONCE
    assert session.sent + session.left == [str(number) for number in range(700)]


def test_streamlit_has_what_is_taken_over() -> None:
    for owner, name in (
        (AppSession, "_on_scriptrunner_event"),
        (AppSession, "_handle_scriptrunner_event_on_event_loop"),
        (AppSession, "_call_soon_on_event_loop"),
        (AppSession, "flush_browser_queue"),
        (Runtime, "_send_message"),
    ):
        assert callable(getattr(owner, name, None)), name
