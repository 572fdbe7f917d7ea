"""Spares runs two things that Streamlit does anew, and at length, for the same outcome.

For each text field and each list of a page, Streamlit puts the whole session together as a
dictionary to look one name up. And for each part that runs alone it copies, object by object with
``deepcopy``, where on the page it stands. Together that was a seventh of a run of For you.

Streamlit has no setting for this. The private names are looked up when this is turned on; tests
fail when Streamlit has other ones, or the outcome is another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from streamlit.cursor import LockedCursor, RunningCursor, SparseList
from streamlit.runtime.state.common import is_element_id
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX, SessionState

_FILTERED: Final = "filtered_state"
_COPY: Final = "__deepcopy__"
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
    """Have sessions looked into and places copied the short way; the second call does nothing.

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

    setattr(SessionState, _FILTERED, property(view))
    for kind in (RunningCursor, LockedCursor):
        setattr(kind, _COPY, _copy)


def _copy(cursor: _T, memo: dict[int, Any]) -> _T:
    """Return a cursor that moves by itself; what it points to is not written into."""
    copied = object.__new__(type(cursor))
    copied.__dict__.update(cursor.__dict__)
    passing: SparseList[Any] = SparseList()
    passing._data.update(cursor._transient_elements._data)
    copied._transient_elements = passing
    memo[id(cursor)] = copied
    return copied
