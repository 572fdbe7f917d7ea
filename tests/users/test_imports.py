"""Imports only add, change nothing the second time, and can be undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.entities import Interaction, InteractionKind
from recommender.errors import PeopleError
from recommender.users import ImportRow, People, new_token

HEAT, ALIEN, CRASH = "tt0113277", "tt0078748", "tt0375679"
LIKE, HIDE, SEEN = InteractionKind.LIKE, InteractionKind.HIDE, InteractionKind.SEEN
WATCHLIST = InteractionKind.WATCHLIST
DAY = datetime(2020, 1, 1, tzinfo=UTC)


def rows(*films: tuple[str, InteractionKind]) -> list[ImportRow]:
    return [(tconst, kind, DAY + timedelta(days=n)) for n, (tconst, kind) in enumerate(films)]


def stored(people: People, user_id: int) -> set[tuple[str, InteractionKind, datetime]]:
    return {(i.tconst, i.kind, i.created_at) for i in people.list_interactions(user_id)}


@pytest.fixture
def user_id(people: People) -> int:
    return people.open_guest(new_token()).user_id


def test_import_keeps_the_dates_of_the_file(people: People, user_id: int) -> None:
    done = people.imports.write(user_id, rows((HEAT, LIKE), (ALIEN, SEEN)), source="Letterboxd")
    assert (done.added, done.kept, done.source) == (2, 0, "Letterboxd")
    assert stored(people, user_id) == set(rows((HEAT, LIKE), (ALIEN, SEEN)))
    assert people.load_profile(user_id, limit=15).seen == (ALIEN,)


def test_second_import_of_a_file_changes_nothing(people: People, user_id: int) -> None:
    wanted = rows((HEAT, LIKE), (ALIEN, SEEN), (CRASH, WATCHLIST))
    people.imports.write(user_id, wanted, source="x")
    before = stored(people, user_id)
    later = [(tconst, kind, at + timedelta(days=9)) for tconst, kind, at in wanted]
    again = people.imports.write(user_id, later, source="x")
    assert (again.added, again.import_id) == (0, 0)
    assert stored(people, user_id) == before
    assert len(people.imports.list(user_id)) == 1


def test_import_never_changes_clicked_interactions(people: People, user_id: int) -> None:
    people.set_interaction(user_id, HEAT, HIDE, on=True)
    people.set_interaction(user_id, ALIEN, LIKE, on=True)
    before = stored(people, user_id)
    done = people.imports.write(user_id, rows((HEAT, LIKE), (ALIEN, HIDE)), source="x")
    assert (done.added, done.kept) == (0, 2)
    assert stored(people, user_id) == before


def test_first_of_two_contradicting_rows_is_imported(people: People, user_id: int) -> None:
    done = people.imports.write(user_id, rows((HEAT, LIKE), (HEAT, HIDE)), source="x")
    assert (done.added, done.kept) == (1, 1)
    assert people.load_profile(user_id, limit=15).likes == (HEAT,)


def test_undo_leaves_likes_clicked_since(people: People, user_id: int) -> None:
    done = people.imports.write(user_id, rows((HEAT, LIKE), (ALIEN, LIKE)), source="x")
    people.set_interaction(user_id, HEAT, LIKE, on=False)
    people.set_interaction(user_id, HEAT, LIKE, on=True)  # now a click of the user
    people.set_interaction(user_id, CRASH, LIKE, on=True)
    assert people.imports.undo(user_id, done.import_id) == 1
    assert set(people.load_profile(user_id, limit=15).likes) == {HEAT, CRASH}
    assert people.imports.undo(user_id, done.import_id) == 0
    assert people.imports.list(user_id) == []


def test_undo_leaves_an_imported_like_that_the_user_clicked(people: People, user_id: int) -> None:
    done = people.imports.write(user_id, rows((HEAT, LIKE), (ALIEN, LIKE)), source="x")
    people.set_interaction(user_id, HEAT, LIKE, on=True)
    assert people.imports.undo(user_id, done.import_id) == 1
    assert people.load_profile(user_id, limit=15).likes == (HEAT,)


def test_undo_removes_likes_that_were_cleared_and_restored(people: People, user_id: int) -> None:
    done = people.imports.write(user_id, rows((HEAT, LIKE)), source="x")
    people.restore(user_id, people.clear_interactions(user_id))
    assert people.imports.undo(user_id, done.import_id) == 1
    assert stored(people, user_id) == set()


def test_undo_survives_a_restart_and_signing_up(db: Path, people: People) -> None:
    token = new_token()
    guest = people.open_guest(token)
    done = people.imports.write(guest.user_id, rows((HEAT, LIKE)), source="x")
    signed = people.accounts.sign_up("Ann Example", "a long enough phrase", guest_token=token)
    people.close()
    again = People(db)
    [listed] = again.imports.list(signed.user.user_id)
    assert listed.import_id == done.import_id
    assert again.imports.undo(signed.user.user_id, done.import_id) == 1
    again.close()


def test_import_of_another_user_cannot_be_undone(people: People, user_id: int) -> None:
    done = people.imports.write(user_id, rows((HEAT, LIKE)), source="x")
    other = people.open_guest(new_token()).user_id
    people.imports.write(other, rows((HEAT, LIKE)), source="x")
    assert people.imports.undo(other, done.import_id) == 0
    assert len(people.imports.list(user_id)) == 1
    assert len(stored(people, user_id)) == len(stored(people, other)) == 1


@pytest.mark.parametrize("wrong", ["tt1", "", "tt0113277'; DROP TABLE users; --", "nm0000001"])
def test_import_with_a_malformed_id_writes_nothing(
    people: People, user_id: int, wrong: str
) -> None:
    with pytest.raises(PeopleError):
        people.imports.write(user_id, rows((HEAT, LIKE), (wrong, LIKE)), source="x")
    with pytest.raises(PeopleError):
        people.imports.write(user_id + 99, rows((HEAT, LIKE)), source="x")
    assert stored(people, user_id) == set()
    assert people.imports.list(user_id) == []


def test_interrupted_import_writes_nothing(people: People, user_id: int) -> None:
    def stop(part: float) -> None:
        if part > 0.4:
            raise KeyboardInterrupt

    wanted = [(f"tt{n:07d}", LIKE, DAY) for n in range(1000)]
    with pytest.raises(KeyboardInterrupt):
        people.imports.write(user_id, wanted, source="x", progress=stop)
    assert stored(people, user_id) == set()


def test_import_progress_grows_from_0_to_1(people: People, user_id: int) -> None:
    reported: list[float] = []
    wanted = [(f"tt{n:07d}", LIKE, DAY) for n in range(1000)]
    people.imports.write(user_id, wanted, source="x", progress=reported.append)
    assert reported == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


SAID = st.lists(
    st.tuples(st.sampled_from([HEAT, ALIEN, CRASH]), st.sampled_from(InteractionKind)), max_size=8
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=SAID, imported=SAID)
def test_undo_restores_the_state_before_the_import(
    people: People,
    before: list[tuple[str, InteractionKind]],
    imported: list[tuple[str, InteractionKind]],
) -> None:
    user = people.open_guest(new_token()).user_id
    people.set_interactions(user, [(tconst, kind, True) for tconst, kind in before])

    def everything() -> list[Interaction]:
        return people.list_interactions(user)

    was = everything()
    done = people.imports.write(user, rows(*imported), source="x")
    assert set(was) <= set(everything())
    now = everything()
    assert people.imports.write(user, rows(*imported), source="x").added == 0
    assert everything() == now
    assert people.imports.undo(user, done.import_id) == done.added
    assert everything() == was
