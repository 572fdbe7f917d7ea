from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from recommender.entities import Interaction, InteractionKind, Profile
from recommender.errors import PeopleError
from recommender.users import People, new_token

HEAT, ALIEN, AMELIE = "tt0113277", "tt0078748", "tt0211915"
LIKE, HIDE = InteractionKind.LIKE, InteractionKind.HIDE
WATCHLIST, SEEN = InteractionKind.WATCHLIST, InteractionKind.SEEN
LESS = InteractionKind.LESS


@pytest.fixture
def ada(people: People) -> int:
    return people.open_guest(new_token()).user_id


def test_writes_set_and_never_toggle(people: People, ada: int) -> None:
    assert people.set_interaction(ada, HEAT, LIKE, on=True)
    assert not people.set_interaction(ada, HEAT, LIKE, on=True)
    assert people.kinds_by_film(ada) == {HEAT: {LIKE}}
    assert people.set_interaction(ada, HEAT, LIKE, on=False)
    assert not people.set_interaction(ada, HEAT, LIKE, on=False)
    assert people.kinds_by_film(ada) == {}


def test_repeated_write_keeps_the_first_time(people: People, ada: int, clock: Any) -> None:
    people.set_interaction(ada, HEAT, LIKE, on=True)
    first = clock.now
    clock.advance(days=3)
    people.set_interaction(ada, HEAT, LIKE, on=True)
    assert [row.created_at for row in people.list_interactions(ada)] == [first]


@pytest.mark.parametrize(
    ("before", "added", "after"),
    [
        (LIKE, HIDE, {HIDE}),
        (HIDE, LIKE, {LIKE}),
        (WATCHLIST, HIDE, {HIDE}),
        (HIDE, WATCHLIST, {WATCHLIST}),
        (LIKE, WATCHLIST, {LIKE, WATCHLIST}),
        (WATCHLIST, LIKE, {LIKE, WATCHLIST}),
        (SEEN, HIDE, {SEEN, HIDE}),
        (SEEN, LIKE, {SEEN, LIKE}),
        (WATCHLIST, SEEN, {WATCHLIST, SEEN}),
        (LIKE, LESS, {LESS}),
        (LESS, LIKE, {LIKE}),
        (LESS, HIDE, {LESS, HIDE}),
        (HIDE, LESS, {LESS, HIDE}),
        (LESS, WATCHLIST, {LESS, WATCHLIST}),
    ],
)
def test_contradicting_interaction_is_removed(
    people: People,
    ada: int,
    before: InteractionKind,
    added: InteractionKind,
    after: set[InteractionKind],
) -> None:
    people.set_interaction(ada, HEAT, before, on=True)
    people.set_interaction(ada, ALIEN, before, on=True)
    people.set_interaction(ada, HEAT, added, on=True)
    assert people.kinds_by_film(ada) == {HEAT: after, ALIEN: {before}}


def test_removal_restores_no_contradicted_interaction(people: People, ada: int) -> None:
    people.set_interaction(ada, HEAT, LIKE, on=True)
    people.set_interaction(ada, HEAT, HIDE, on=True)
    people.set_interaction(ada, HEAT, HIDE, on=False)
    assert people.kinds_by_film(ada) == {}


@pytest.mark.parametrize(
    "tconst",
    [
        "",
        "tt",
        "tt123456",
        "tt12345678901",
        "nm0000001",
        "tt0113277 ",
        "tt0113277\n",
        "tt" + "\u0661" * 7,
    ],
)
def test_malformed_id_is_refused(people: People, ada: int, tconst: str) -> None:
    with pytest.raises(PeopleError, match="not the id of a film"):
        people.set_interaction(ada, tconst, LIKE, on=True)
    assert people.kinds_by_film(ada) == {}


def test_ids_of_seven_to_ten_digits_are_valid(people: People, ada: int) -> None:
    people.set_interactions(ada, [("tt1234567", LIKE, True), ("tt1234567890", LIKE, True)])
    assert people.counts(ada)[LIKE] == 2


def test_several_changes_are_written_all_or_none(people: People, ada: int) -> None:
    with pytest.raises(PeopleError):
        people.set_interactions(ada, [(HEAT, LIKE, True), ("Heat", LIKE, True)])
    assert people.kinds_by_film(ada) == {}
    changes = [(HEAT, LIKE, True), (ALIEN, HIDE, True), (HEAT, LIKE, True), (AMELIE, LIKE, False)]
    assert people.set_interactions(ada, changes) == 2
    assert people.kinds_by_film(ada) == {HEAT: {LIKE}, ALIEN: {HIDE}}
    assert people.set_interactions(ada, []) == 0


def test_interactions_are_listed_newest_first(people: People, ada: int, clock: Any) -> None:
    for tconst in (HEAT, ALIEN, AMELIE):
        people.set_interaction(ada, tconst, LIKE, on=True)
        clock.advance(milliseconds=10)
    assert [row.tconst for row in people.list_interactions(ada)] == [AMELIE, ALIEN, HEAT]
    assert people.load_profile(ada, limit=15).likes == (AMELIE, ALIEN, HEAT)


def test_order_is_kept_at_equal_times(people: People, ada: int) -> None:
    for tconst in (ALIEN, HEAT, AMELIE):
        people.set_interaction(ada, tconst, LIKE, on=True)
    assert people.load_profile(ada, limit=15).likes == (AMELIE, HEAT, ALIEN)


def test_batch_keeps_its_order(people: People, ada: int) -> None:
    people.set_interactions(ada, [(tconst, LIKE, True) for tconst in (ALIEN, AMELIE, HEAT)])
    assert people.load_profile(ada, limit=15).likes == (HEAT, AMELIE, ALIEN)


def test_times_are_stored_exactly(people: People, ada: int) -> None:
    at = datetime(2031, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    people.set_interaction(ada, HEAT, LIKE, on=True, at=at)
    assert people.list_interactions(ada, LIKE) == [
        Interaction(user_id=ada, tconst=HEAT, kind=LIKE, created_at=at)
    ]
    assert people.list_interactions(ada, HIDE) == []


def test_older_likes_are_seen_films_of_the_profile(people: People, ada: int) -> None:
    people.set_interactions(
        ada,
        [
            ("tt0000001", LIKE, True),
            ("tt0000002", LIKE, True),
            ("tt0000003", LIKE, True),
            ("tt0000004", SEEN, True),
            ("tt0000001", SEEN, True),
            ("tt0000005", HIDE, True),
            ("tt0000006", WATCHLIST, True),
        ],
    )
    assert people.load_profile(ada, limit=2) == Profile(
        likes=("tt0000003", "tt0000002"),
        hidden=("tt0000005",),
        seen=("tt0000001", "tt0000004"),
    )
    assert people.load_profile(ada, limit=1).seen == ("tt0000001", "tt0000004", "tt0000002")


def test_counts_have_every_kind(people: People, ada: int) -> None:
    people.set_interactions(ada, [(HEAT, LIKE, True), (HEAT, SEEN, True), (ALIEN, LIKE, True)])
    assert people.counts(ada) == {LIKE: 2, HIDE: 0, WATCHLIST: 0, SEEN: 1, LESS: 0}


def test_cleared_interactions_are_restored(people: People, ada: int, clock: Any) -> None:
    for tconst, kind in [(HEAT, LIKE), (ALIEN, HIDE), (AMELIE, LIKE), (AMELIE, WATCHLIST)]:
        people.set_interaction(ada, tconst, kind, on=True)
        clock.advance(seconds=1)
    before = people.list_interactions(ada)
    removed = people.clear_interactions(ada)
    assert removed == before
    assert people.list_interactions(ada) == []
    assert people.restore(ada, removed) == 4
    assert people.list_interactions(ada) == before
    assert people.restore(ada, removed) == 0


def test_clearing_one_kind_leaves_the_others(people: People, ada: int) -> None:
    people.set_interactions(ada, [(HEAT, LIKE, True), (HEAT, SEEN, True), (ALIEN, HIDE, True)])
    assert [row.kind for row in people.clear_interactions(ada, HIDE)] == [HIDE]
    assert people.kinds_by_film(ada) == {HEAT: {LIKE, SEEN}}


def test_restore_leaves_newer_interactions(people: People, ada: int) -> None:
    people.set_interactions(ada, [(HEAT, LIKE, True), (ALIEN, LIKE, True)])
    removed = people.clear_interactions(ada)
    people.set_interaction(ada, HEAT, HIDE, on=True)
    assert people.restore(ada, removed) == 1
    assert people.kinds_by_film(ada) == {HEAT: {HIDE}, ALIEN: {LIKE}}


def test_restore_of_another_users_interactions_is_refused(people: People, ada: int) -> None:
    bob = people.open_guest(new_token()).user_id
    people.set_interaction(ada, HEAT, LIKE, on=True)
    removed = people.clear_interactions(ada)
    with pytest.raises(PeopleError, match="another"):
        people.restore(bob, removed)
    assert people.kinds_by_film(bob) == {}


def test_parallel_threads_lose_no_write(db: Path) -> None:
    people = People(db)
    guests = [people.open_guest(new_token()).user_id for _ in range(4)]

    def like_many(user_id: int, start: int) -> None:
        for number in range(start, start + 25):
            people.set_interaction(user_id, f"tt{number:07d}", LIKE, on=True)
            people.kinds_by_film(user_id)

    threads = [
        Thread(target=like_many, args=(user_id, start))
        for user_id in guests
        for start in (0, 25, 50)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = {f"tt{number:07d}" for number in range(75)}
    assert [set(people.kinds_by_film(user_id)) for user_id in guests] == [every] * 4
    assert people.quick_check() == ()
    people.close()


def test_time_without_a_zone_is_refused(people: People, ada: int) -> None:
    with pytest.raises(TypeError):
        people.set_interaction(ada, HEAT, LIKE, on=True, at=datetime(2026, 1, 1))
    tokyo = datetime.fromisoformat("2026-01-01T09:00:00+09:00")
    people.set_interaction(ada, HEAT, LIKE, on=True, at=tokyo)
    (row,) = people.list_interactions(ada)
    assert row.created_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert row.created_at.utcoffset() == timedelta(0)


def test_likes_of_many_users_at_once_are_all_stored(tmp_path: Path) -> None:
    people = People(tmp_path / "people.db")
    users = [people.open_guest(new_token()).user_id for _ in range(8)]
    wanted = [(user, f"tt{1000000 + film}") for user in users for film in range(20)]
    with ThreadPoolExecutor(16) as pool:
        changed = list(
            pool.map(
                lambda row: people.set_interaction(row[0], row[1], InteractionKind.LIKE, on=True),
                wanted,
            )
        )
    assert all(changed)
    assert sorted(people.list_likes()) == sorted(wanted)
    with pytest.raises(PeopleError, match="not known any more"):
        people.set_interaction(10_000, "tt0113277", InteractionKind.LIKE, on=True)
    people.close()
