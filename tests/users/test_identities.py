from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from recommender.entities import InteractionKind, User
from recommender.errors import AccountError
from recommender.users import Identity, new_token

ISSUER = "https://id.example.org"


def identity(clock: Any, subject: str = "42", issuer: str = ISSUER, name: str = "Ada") -> Identity:
    return Identity(
        issuer=issuer, subject=subject, issued_at_s=int(clock.now.timestamp()), name=name
    )


def test_first_sign_in_creates_an_account_and_the_next_finds_it(house: Any, clock: Any) -> None:
    identities = house.accounts.identities
    assert identities.find_user(identity(clock)) is None
    ada = identities.open_user(identity(clock))
    assert ada.name == "Ada"
    clock.advance(days=3)
    assert identities.find_user(identity(clock)) == ada
    assert identities.open_user(identity(clock, name="Ada King")) == ada


def test_issuer_and_subject_together_identify_a_user(house: Any, clock: Any) -> None:
    people = {
        house.accounts.identities.open_user(identity(clock, subject, issuer)).user_id
        for subject in ("42", "43")
        for issuer in (ISSUER, f"{ISSUER}/2")
    }
    assert len(people) == 4


def test_equal_name_does_not_open_another_account(house: Any, clock: Any) -> None:
    ada = house.accounts.sign_up("Ada", "four plain words here").user
    other = house.accounts.identities.open_user(identity(clock))
    assert other.user_id != ada.user_id
    assert other.name == "Ada 2"
    assert (
        house.accounts.identities.open_user(identity(clock, "43", name="a\u202eb")).name == "Member"
    )
    long = house.accounts.identities.open_user(identity(clock, "44", name="x" * 99)).name
    assert long == "x" * 40
    assert house.accounts.identities.open_user(identity(clock, "45", name="x" * 40)).name.endswith(
        " 2"
    )


def test_account_without_password_accepts_no_password(house: Any, clock: Any) -> None:
    ada = house.accounts.identities.open_user(identity(clock))
    assert not house.accounts.has_password(ada.user_id)
    for password in ("", "None", "no such password"):
        with pytest.raises(AccountError):
            house.accounts.sign_in("Ada", password)
    with pytest.raises(AccountError, match="no password"):
        house.accounts.change_password(ada.user_id, "", "a good new password")


def test_ended_sign_in_finds_no_user_but_the_next_does(house: Any, clock: Any) -> None:
    identities, here = house.accounts.identities, identity(clock)
    clock.advance(minutes=1)
    elsewhere = identity(clock)
    ada = identities.open_user(here)
    identities.end_sign_in(here)
    assert identities.find_user(here) is None
    assert identities.open_user(here) is None
    assert identities.find_user(elsewhere) == ada


def test_sign_out_everywhere_ends_earlier_sign_ins(house: Any, clock: Any) -> None:
    identities, before = house.accounts.identities, identity(clock)
    ada = identities.open_user(before)
    bob = identities.open_user(identity(clock, "43"))
    clock.advance(minutes=1)
    assert house.accounts.sign_out_everywhere(ada.user_id) == 1
    assert identities.find_user(before) is None
    assert identities.find_user(identity(clock, "43")) == bob
    clock.advance(seconds=1)
    assert identities.find_user(identity(clock)) == ada


def test_deleted_account_is_not_created_again_by_an_open_tab(
    house: Any, clock: Any, db: Path
) -> None:
    identities, before = house.accounts.identities, identity(clock)
    ada = identities.open_user(before)
    house.accounts.delete_account(ada.user_id, None)
    assert identities.open_user(before) is None
    with closing(sqlite3.connect(db)) as connection:
        for table in ("users", "identities"):
            assert connection.execute(f"SELECT * FROM {table}").fetchall() == []
    clock.advance(minutes=1)
    assert identities.open_user(identity(clock)).user_id != ada.user_id


def test_guest_likes_are_merged(house: Any, clock: Any) -> None:
    token = new_token()
    guest = house.people.open_guest(token)
    house.people.set_interaction(guest.user_id, "tt0113277", InteractionKind.LIKE, on=True)
    ada = house.accounts.identities.open_user(identity(clock))
    assert house.accounts.take_over_guest(ada.user_id, token) == 1
    assert house.people.load_profile(ada.user_id, limit=5).likes == ("tt0113277",)


@pytest.mark.parametrize(("issuer", "subject"), [("", "42"), (ISSUER, "")])
def test_empty_identity_is_refused(house: Any, clock: Any, issuer: str, subject: str) -> None:
    with pytest.raises(AccountError, match="did not say who"):
        house.accounts.identities.open_user(identity(clock, subject, issuer))


def test_eight_parallel_tabs_create_one_account(house: Any, clock: Any) -> None:
    barrier, found = Barrier(8), list[User]()

    def open_tab() -> None:
        barrier.wait()
        found.append(house.accounts.identities.open_user(identity(clock)))

    threads = [Thread(target=open_tab) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
