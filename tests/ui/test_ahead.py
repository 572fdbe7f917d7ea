"""What is worked out before anybody asks: once for somebody who likes several films in a row."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from recommender.entities import Profile
from recommender.errors import PeopleError
from recommender.server import Turn
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


class Catalogue:
    """Films that are numbers, and as many of them at once as the real one gives."""

    def __init__(self, films: int) -> None:
        self._films = range(films)

    def list_popular(self, *, limit: int, offset: int) -> list[int]:
        return list(self._films[offset : offset + min(limit, 500)])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is drawn, and nothing is compared."""
    cards: list[Any] = []
    monkeypatch.setattr(ahead, "draw_card", cards.append)
    monkeypatch.setattr(ahead, "similar", lambda *_, **__: ())
    monkeypatch.setattr(ahead, "COMPARED_AHEAD", 0)
    return cards


@pytest.mark.parametrize("films", [0, 99, 100, 730, 20_000])
def test_the_best_known_are_all_drawn_though_they_come_by_hundreds(
    films: int, drawn: list[Any]
) -> None:
    marquee: Any = SimpleNamespace(catalogue=Catalogue(films))
    most = 0
    for _ in ahead.list_pieces(marquee):
        assert len(drawn) - most <= 5
        most = len(drawn)
    assert drawn == list(range(min(films, ahead.DRAWN_AHEAD)))


def test_it_is_done_in_spare_turns_with_pauses_until_the_server_ends(
    monkeypatch: pytest.MonkeyPatch, drawn: list[Any]
) -> None:
    done: list[object] = []
    marquee: Any = SimpleNamespace(catalogue=Catalogue(60))

    @contextmanager
    def take(turn: Turn) -> Iterator[None]:
        done.append(turn)
        yield

    monkeypatch.setattr(ahead, "take_turn", take)
    monkeypatch.setattr(time, "sleep", lambda _: done.append("rest"))
    monkeypatch.setattr(ahead, "is_current", lambda asked: asked is marquee and len(drawn) < 10)
    ahead._work_by_and_by(marquee)
    assert len(drawn) == 10
    assert done == [Turn.SPARE_TIME, "rest"] * (len(done) // 2)
    # Charts, one list, two times five posters, and the turn in which it was over.
    assert len(done) == 2 * (ahead.CHARTED_AHEAD + 1 + 2 + 1)


def test_whoever_has_a_few_likes_has_a_gallery_and_no_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(ahead, "recommend", lambda *_, **__: asked.append("gallery"))
    monkeypatch.setattr(ahead, "home_rows", lambda *_, **__: asked.append("rows"))
    for likes in (0, 1, 5):
        profile = Profile(likes=tuple(f"tt{number}" for number in range(likes)))
        marquee: Any = SimpleNamespace(
            people=SimpleNamespace(load_said=lambda *_, p=profile, **__: (p, {})),
            settings=SimpleNamespace(gallery_size=24),
            knows_taste=lambda told: len(told.likes) >= 5,
        )
        ahead.prepare_picks(marquee, ADA)
    assert asked == ["gallery", "gallery", "rows"]
