"""Marks as a browser sends them: numbered operations, read with care."""

from __future__ import annotations

from typing import Final, NamedTuple

from recommender.entities import InteractionKind

SHOWN_KINDS: Final = (InteractionKind.LIKE, InteractionKind.WATCHLIST, InteractionKind.HIDE)
"""What a wall has buttons for."""
_HIGHEST: Final = 2**53
"""Above, a browser cannot count; it counts in milliseconds."""


class Operation(NamedTuple):
    """One click: its number, the film, what is said of it, and whether it is said or taken back."""

    number: int
    tconst: str
    kind: InteractionKind
    on: bool


def read_operations(state: object, *, after: int) -> list[Operation]:
    """Return the operations a browser sent that are newer than ``after``, in their order.

    Parameters
    ----------
    state
        ``{"tt0113277:like": [number, on], ...}``; it comes from a browser, so anything else in it
        is passed over.
    after
        The highest number written so far.
    """
    if not isinstance(state, dict):
        return []
    operations = []
    for name, operation in state.items():
        tconst, _, word = str(name).partition(":")
        if word not in set(SHOWN_KINDS) or not isinstance(operation, list | tuple):
            continue
        match operation:
            case [int() | float() as number, bool() as on] if after < number < _HIGHEST:
                operations.append(Operation(int(number), tconst, InteractionKind(word), on))
            case _:
                continue
    return sorted(operations)
