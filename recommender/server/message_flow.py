"""A run's messages to the browser go together, and not each by itself.

Streamlit wakes the thread of the server twice for each thing a page draws, and lets go of the
interpreter after each message sent. That thread then waits for whatever page is at work, as often
as a page has things on it: with a hundred visitors, longer than pages take (ADR 88). Here what a
run says is handed over when it ends, or after a moment when it takes longer, and sent in one go.

Streamlit has no setting for this. The private names are looked up when this is turned on, and
tests fail when Streamlit has other ones.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.runtime.session_manager import SessionClientDisconnectedError

MOMENT_S: Final = 0.03
"""A run that takes longer shows what it has: progress, and the first walls of a page."""
MOST_AT_ONCE: Final = 100
"""Streamlit gives up on a browser with five hundred messages on their way."""
_ON_EVENT: Final = "_on_scriptrunner_event"
_FLUSH: Final = "flush_browser_queue"
_OUTBOX: Final = "_marquee_outbox"
_PATIENT: Final = frozenset(
    {ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG}
)


class Outbox:
    """What a session's script has said and the thread of the server has not heard yet.

    Parameters
    ----------
    hear
        Called with each piece, in order, on the event loop.
    call_soon
        Has something called on the event loop, from any thread.
    call_later
        Has something called after so many seconds, from the event loop.
    """

    def __init__(
        self,
        hear: Callable[..., None],
        call_soon: Callable[[Callable[[], None]], None],
        call_later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._hear = hear
        self._call_soon = call_soon
        self._call_later = call_later
        self._said: deque[tuple[Any, dict[str, Any]]] = deque()
        self._is_due = False

    def put(self, sender: Any, event: ScriptRunnerEvent, **payload: Any) -> None:
        """Take what a script says, from any of its threads."""
        self._said.append((sender, {"event": event, **payload}))
        if event not in _PATIENT:
            self._call_soon(self._empty)
        elif not self._is_due:
            self._is_due = True
            self._call_soon(self._wait_a_moment)

    def _wait_a_moment(self) -> None:
        self._call_later(MOMENT_S, self._empty_when_due)

    def _empty_when_due(self) -> None:
        # First: what is said from now on asks to be heard anew.
        self._is_due = False
        self._empty()

    def _empty(self) -> None:
        while self._said:
            sender, payload = self._said.popleft()
            self._hear(sender, **payload)


def send_together() -> None:
    """Have all sessions hand over and send what a run says in one go; the second call does nothing.

    Raises
    ------
    AttributeError
        If this Streamlit has other names.
    """
    on_event, flush = getattr(AppSession, _ON_EVENT), getattr(AppSession, _FLUSH)
    if hasattr(on_event, "__wrapped__"):
        return

    @wraps(on_event)
    def put_out(self: AppSession, sender: Any, **payload: Any) -> None:
        _find_outbox(self).put(sender, **payload)

    @wraps(flush)
    def flush_together(self: AppSession) -> list[ForwardMsg]:
        messages: list[ForwardMsg] = flush(self)
        if len(messages) < 2 or not Runtime.exists():
            return messages
        return messages[_send(Runtime.instance(), self.id, messages[:-1]) :]

    setattr(AppSession, _ON_EVENT, put_out)
    setattr(AppSession, _FLUSH, flush_together)


def _find_outbox(session: AppSession) -> Outbox:
    outbox: Outbox | None = session.__dict__.get(_OUTBOX)
    if outbox is None:
        outbox = Outbox(
            session._handle_scriptrunner_event_on_event_loop,
            session._call_soon_on_event_loop,
            _call_later,
        )
        session.__dict__[_OUTBOX] = outbox
    return outbox


def _call_later(delay_s: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(delay_s, call)


def _send(runtime: Runtime, session_id: str, messages: list[ForwardMsg]) -> int:
    """Send messages without a pause between them; return how many of them were sent."""
    info = runtime._session_mgr.get_active_session_info(session_id)
    if info is None:
        return 0
    sent = 0
    for message in messages[:MOST_AT_ONCE]:
        try:
            runtime._send_message(info, message)
        except SessionClientDisconnectedError:
            break  # Streamlit's own loop meets it with the next one, and knows what to do
        sent += 1
    return sent
