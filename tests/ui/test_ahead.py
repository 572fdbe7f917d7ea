"""What is worked out before anybody asks: once for somebody who likes several films in a row."""

from __future__ import annotations

import threading
import time

import pytest

from recommender.errors import PeopleError
from recommender.service.deliveries import Deliveries
from recommender.ui import ahead
from recommender.ui.ahead import LookAhead

ADA, BOB = 1, 2


class Prepared:
    """Whom it was done for; it can be waited for."""

    def __init__(self, wanted: int) -> None:
        self.people: list[int] = []
        self._wanted = wanted
        self._done = threading.Event()

    def __call__(self, user_id: int) -> None:
        self.people.append(user_id)
        if len(self.people) == self._wanted:
            self._done.set()
        if user_id == BOB:
            raise PeopleError("locked")

    def wait(self) -> list[int]:
        assert self._done.wait(10)
        return self.people


def test_several_likes_in_a_row_are_one_piece_of_work_and_people_take_turns() -> None:
    prepared = Prepared(2)
    look_ahead = LookAhead(prepared, rest_s=0.3)
    deliveries = Deliveries()
    deliveries.listen(look_ahead.note)
    for number in range(5):
        deliveries.note(ADA, number)
    deliveries.note(BOB, 1)
    deliveries.note(ADA, 6)
    assert prepared.wait() == [BOB, ADA]  # whoever is quiet first, and a failure stops nobody


def test_it_begins_again_after_it_was_done() -> None:
    for _ in range(2):
        prepared = Prepared(1)
        LookAhead(prepared, rest_s=0.0).note(ADA)
        assert prepared.wait() == [ADA]
    prepared = Prepared(2)
    look_ahead = LookAhead(prepared, rest_s=0.0)
    look_ahead.note(BOB)
    while not prepared.people:
        pass
    look_ahead.note(ADA)
    assert prepared.wait() == [BOB, ADA]


def test_posters_are_drawn_with_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    pauses: list[float] = []
    monkeypatch.setattr(ahead, "draw_card", drawn.append)
    monkeypatch.setattr(time, "sleep", pauses.append)
    ahead.draw(range(45), pause_s=0.5)  # type: ignore[arg-type]
    assert drawn == list(range(45))
    assert pauses == [0.5, 0.5]
