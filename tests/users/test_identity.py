from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from recommender.entities import InteractionKind, User
from recommender.errors import PeopleError
from recommender.users import GUEST_LIFETIME, People, is_token, new_token

FILM = "tt0113277"


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def test_tokens_have_256_bits_and_are_unique() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(len(token) == 43 and is_token(token) for token in tokens)


@pytest.mark.parametrize(
    "text", [None, "", "a" * 42, "a" * 44, "a" * 42 + "\n", "a" * 42 + "=", "ä" * 43, "\u0661" * 43]
)
def test_malformed_token_finds_no_user(people: People, text: str | None) -> None:
    assert not is_token(text)
    assert people.find_user(text) is None


def test_malformed_token_cannot_open_a_guest(people: People, db: Path) -> None:
    with pytest.raises(PeopleError, match="reload the page"):
        people.open_guest("short")
    assert rows(db, "SELECT * FROM users") == []


def test_reading_creates_no_guest(people: People, db: Path) -> None:
    assert people.find_user(new_token()) is None
    assert rows(db, "SELECT * FROM users") == []
    assert rows(db, "SELECT * FROM sessions") == []


def test_guest_is_found_again(people: People) -> None:
    token = new_token()
    guest = people.open_guest(token)
    assert guest.is_guest
    assert people.find_user(token) == guest
    assert people.open_guest(token) == guest


def test_guest_survives_a_restart(people: People, db: Path, clock: Any) -> None:
    token = new_token()
    guest = people.open_guest(token)
    people.close()
    again = People(db, clock=clock)
    assert again.find_user(token) == guest
    again.close()


def test_only_the_digest_of_a_token_is_stored(people: People, db: Path) -> None:
    token = new_token()
    people.open_guest(token)
    people.close()
    assert rows(db, "SELECT token_digest FROM sessions") == [(sha256(token.encode()).digest(),)]
    assert token.encode() not in db.read_bytes()


def test_parallel_requests_with_one_token_create_one_guest(people: People, db: Path) -> None:
    token, barrier, found = new_token(), Barrier(20), list[User]()

    def first_write() -> None:
        barrier.wait()
        found.append(people.open_guest(token))

    threads = [Thread(target=first_write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert len(set(found)) == 1
    assert len(rows(db, "SELECT * FROM users")) == 1


def test_guests_have_separate_interactions(people: People) -> None:
    ada, bob = people.open_guest(new_token()), people.open_guest(new_token())
    people.set_interaction(ada.user_id, FILM, InteractionKind.LIKE, on=True)
    people.set_interaction(bob.user_id, FILM, InteractionKind.HIDE, on=True)
    assert people.kinds_by_film(ada.user_id) == {FILM: {InteractionKind.LIKE}}
    assert people.kinds_by_film(bob.user_id) == {FILM: {InteractionKind.HIDE}}
    people.clear_interactions(ada.user_id)
    assert people.kinds_by_film(bob.user_id) == {FILM: {InteractionKind.HIDE}}


def test_expired_token_creates_a_new_guest(people: People, clock: Any) -> None:
    token = new_token()
    guest = people.open_guest(token)
    people.set_interaction(guest.user_id, FILM, InteractionKind.LIKE, on=True)
    clock.now += GUEST_LIFETIME
    assert people.find_user(token) is None
    newcomer = people.open_guest(token)
    assert newcomer != guest
    assert people.find_user(token) == newcomer
    assert people.kinds_by_film(newcomer.user_id) == {}


def test_visit_renews_the_session(people: People, clock: Any) -> None:
    token = new_token()
    guest = people.open_guest(token)
    for _ in range(3):
        clock.now += GUEST_LIFETIME * 0.9
        assert people.find_user(token) == guest


def test_session_is_renewed_at_most_once_a_day(people: People, db: Path, clock: Any) -> None:
    token = new_token()
    people.open_guest(token)
    seen_at = rows(db, "SELECT last_seen_at FROM sessions")
    clock.advance(hours=23)
    people.find_user(token)
    assert rows(db, "SELECT last_seen_at FROM sessions") == seen_at
    clock.advance(hours=1)
    people.find_user(token)
    assert rows(db, "SELECT last_seen_at FROM sessions") != seen_at


def test_unknown_user_cannot_write(people: People) -> None:
    with pytest.raises(PeopleError, match="not known any more"):
        people.set_interaction(99, FILM, InteractionKind.LIKE, on=True)
    assert people.kinds_by_film(99) == {}
