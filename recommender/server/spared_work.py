"""Spares runs what Streamlit does anew, and at length, for the same outcome.

For each text field and each list of a page, Streamlit puts the whole session together as a
dictionary to look one name up. For each part that runs alone it copies, object by object with
``deepcopy``, where on the page it stands. Together that was a seventh of a run of For you. And it
works out some of its settings whenever they are asked for, thirty times a run: one of them looks
for the person's home folder. Sixty times a run it asks who runs and whether to stop. And each time
the state of a component is looked at, it makes a class for a view of it that can be written to.

Streamlit has no setting for this. The private names are looked up when this is turned on; tests
fail when Streamlit has other ones, or the outcome is another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, Final, TypeVar

from streamlit import config
from streamlit.components.v2.bidi_component import main as components
from streamlit.cursor import LockedCursor, RunningCursor, SparseList
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType
from streamlit.runtime.state.common import is_element_id
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX, SessionState

_FILTERED: Final = "filtered_state"
_COPY: Final = "__deepcopy__"
_GET: Final = "get_option"
_OPTIONS: Final = "_config_options"
_VIEW: Final = "make_bidi_component_presenter"
_STOPS: Final = "_maybe_handle_execution_control_request"
_T = TypeVar("_T", RunningCursor, LockedCursor)


class StateView(Mapping[str, Any]):
    """What a page may see of its session: looked up when asked for, put together for a list of it.

    Parameters
    ----------
    state
        The session's.
    put_together
        Streamlit's own way to all of it.
    """

    def __init__(self, state: SessionState, put_together: Any) -> None:
        self._state = state
        self._put_together = put_together

    def __getitem__(self, key: str) -> Any:
        if is_element_id(key) or key.startswith(STREAMLIT_INTERNAL_KEY_PREFIX):
            raise KeyError(key)
        return self._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def _all(self) -> dict[str, Any]:
        found: dict[str, Any] = self._put_together(self._state)
        return found


def spare_work() -> None:
    """Take the short way to sessions, places and settings; the second call does nothing.

    Raises
    ------
    AttributeError
        If this Streamlit has other names.
    """
    put_together = getattr(SessionState, _FILTERED).fget
    if _COPY in vars(RunningCursor):
        return

    def view(self: SessionState) -> StateView:
        return StateView(self, put_together)

    setattr(ScriptRunner, _STOPS, _look_first(getattr(ScriptRunner, _STOPS)))
    getattr(components, _VIEW)
    setattr(components, _VIEW, _show_as_it_is)
    setattr(config, _GET, _remember(getattr(config, _GET)))
    setattr(SessionState, _FILTERED, property(view))
    for kind in (RunningCursor, LockedCursor):
        setattr(kind, _COPY, _copy)


def _show_as_it_is(*_: Any) -> None:
    """Make no view of a component's state: Marquee's components are read, and have no triggers."""


def _copy(cursor: _T, memo: dict[int, Any]) -> _T:
    """Return a cursor that moves by itself; what it points to is not written into."""
    copied = object.__new__(type(cursor))
    copied.__dict__.update(cursor.__dict__)
    passing: SparseList[Any] = SparseList()
    passing._data.update(cursor._transient_elements._data)
    copied._transient_elements = passing
    memo[id(cursor)] = copied
    return copied


def _remember(get: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return what gives a setting as it was worked out, until it is set to something else."""
    kept: dict[str, tuple[object, Any]] = {}
    getattr(config, _OPTIONS)  # fails here and not in a run

    @wraps(get)
    def get_option(key: str) -> Any:
        option = (getattr(config, _OPTIONS) or {}).get(key)
        worked_out_by = getattr(option, "_get_val_func", None)
        if worked_out_by is None:
            return get(key)
        found = kept.get(key)
        # Each time it is set, it has another function.
        if found is None or found[0] is not worked_out_by:
            found = kept[key] = (worked_out_by, get(key))
        return found[1]

    return get_option


def _look_first(handle: Callable[[ScriptRunner], None]) -> Callable[[ScriptRunner], None]:
    """Return what handles a wish to stop or to run again, where there is one."""

    @wraps(handle)
    def handle_wish(self: ScriptRunner) -> None:
        together = self._join_wake_coordinator
        if (
            self._requests._state is not ScriptRequestType.CONTINUE
            or (together is not None and together._worker_exception is not None)
            or self._script_thread is None
            or self._script_thread.ident != threading.get_ident()
        ):
            handle(self)

    return handle_wish
