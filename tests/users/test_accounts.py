from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from argon2 import PasswordHasher

from recommender.entities import InteractionKind
from recommender.errors import AccountError, PeopleError, SignInRefused, TooManyTries
from recommender.users import (
    SESSION_LIFETIME,
    Accounts,
    Passwords,
    People,
    SignedIn,
    new_token,
    token_digest,
)
from recommender.users.connections import Connections

PASSWORD, OTHER = "four plain words here", "another four plain words"
HEAT, ALIEN, AMELIE = "tt0113277", "tt0078748", "tt0211915"
LIKE, HIDE, LESS = InteractionKind.LIKE, InteractionKind.HIDE, InteractionKind.LESS


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(sql).fetchall()


def test_sign_up_begins_a_session(house: Any) -> None:
    ada = house.accounts.sign_up("Ada", PASSWORD)
    assert ada.user.name == "Ada"
    assert not ada.user.is_guest
    assert house.accounts.find_user(ada.token) == ada.user
    assert house.people.find_user(ada.token) == ada.user


def test_each_sign_in_has_its_own_token(house: Any) -> None:
    ada = house.accounts.sign_up("Ada", PASSWORD)
    again = house.accounts.sign_in("Ada", PASSWORD)
    assert again.user == ada.user
    assert again.token != ada.token
    assert house.accounts.find_user(ada.token) == house.accounts.find_user(again.token) == ada.user


def test_passwords_and_tokens_are_not_stored(house: Any, db: Path) -> None:
    ada = house.accounts.sign_up("Ada", PASSWORD)
    token = house.accounts.create_token(ada.user.user_id, "my script")
    house.people.close()
    ((kept,),) = rows(db, "SELECT password_hash FROM users")
    assert kept.startswith("$argon2id$")
    stored = b"".join(path.read_bytes() for path in db.parent.iterdir())
    for secret in (PASSWORD, ada.token, token):
        assert secret.encode() not in stored
    assert token_digest(ada.token) in stored


@pytest.mark.parametrize(
    "spelling", ["ada lovelace", "ADA LOVELACE", " Ada   Lovelace ", "\uff21da Lovelace"]
)
def test_spellings_of_a_name_are_one_account(house: Any, spelling: str) -> None:
    ada = house.accounts.sign_up("Ada Lovelace", PASSWORD)
    assert house.accounts.sign_in(spelling, PASSWORD).user == ada.user
    with pytest.raises(AccountError, match="taken") as refused:
        house.accounts.sign_up(spelling, OTHER)
    assert refused.value.field == "name"


def test_name_may_have_any_script(house: Any) -> None:
    house.accounts.sign_up("Straße", PASSWORD)
    assert house.accounts.sign_in("STRASSE", PASSWORD).user.name == "Straße"
    house.accounts.sign_up("山田太郎", PASSWORD)
    assert house.accounts.sign_in("山田太郎", PASSWORD).user.name == "山田太郎"


@pytest.mark.parametrize(
    "name",
    ["", "ab", "   ", "x" * 41, "x" * 100_000, "Ada\u202eevil", "A\u200bda", "Ada\x00", "Ada\nBob",
     "<b>Ada</b>", "...", "\ud800abc", "Ada\u0007", "\ufdfa" * 30],
)  # fmt: skip
def test_invalid_name_is_refused(house: Any, name: str, db: Path) -> None:
    if name == "Ada\nBob":  # white space of any kind is one space
        assert house.accounts.sign_up(name, PASSWORD).user.name == "Ada Bob"
        return
    with pytest.raises(AccountError) as refused:
        house.accounts.sign_up(name, PASSWORD)
    assert refused.value.field == "name"
    assert str(refused.value).isprintable()
    assert rows(db, "SELECT * FROM users") == []


@pytest.mark.parametrize(
    "password",
    ["", "1234567", "x" * 257, "password", "PassWord1", "iloveyou", "aaaaaaaaaa", "Ada Lovelace"],
)
def test_weak_password_is_refused(house: Any, password: str) -> None:
    with pytest.raises(AccountError) as refused:
        house.accounts.sign_up("ada lovelace", password)
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", ["x7" * 128, "pass wörd", "🎬" * 7 + "!", "\ud800" + "x" * 8])
def test_unusual_password_is_accepted(house: Any, password: str) -> None:
    house.accounts.sign_up("Ada", password)
    assert house.accounts.sign_in("Ada", password)
    with pytest.raises(SignInRefused):
        house.accounts.sign_in("Ada", password[:-1])


def test_composed_and_decomposed_accents_are_one_password(house: Any) -> None:
    house.accounts.sign_up("Ada", "caf\u00e9 terrace")
    assert house.accounts.sign_in("Ada", "cafe\u0301 terrace")


def refusal(accounts: Accounts, name: str, password: str) -> tuple[type, str]:
    with pytest.raises(AccountError) as refused:
        accounts.sign_in(name, password)
    return type(refused.value), str(refused.value)


def test_unknown_name_and_wrong_password_give_one_message(house: Any) -> None:
    house.accounts.sign_up("Ada", PASSWORD)
    answers = [refusal(house.accounts, name, "wrong password") for name in ("Ada", "Bob") * 7]
    assert answers[0::2] == answers[1::2]
    assert [kind for kind, _ in answers[0::2]] == [SignInRefused] * 5 + [TooManyTries] * 2


def test_unknown_name_costs_one_hash(house: Any, db: Path, clock: Any) -> None:
    class Counting(PasswordHasher):
        verified = 0

        def verify(self, hash: Any, password: Any) -> Any:
            Counting.verified += 1
            return super().verify(hash, password)

    counting = Counting(time_cost=1, memory_cost=8, parallelism=1)
    connections = Connections(db, busy_timeout_ms=5000)
    accounts = Accounts(connections, clock=clock, passwords=Passwords(counting))
    accounts.sign_up("Ada", PASSWORD)
    for name in ("Ada", "Bob", "x", "\ud800", "x" * 10_000):
        before = Counting.verified
        refusal(accounts, name, "wrong password")
        assert Counting.verified == before + 1
    connections.close()


def test_wait_doubles_after_five_failures(house: Any, clock: Any) -> None:
    house.accounts.sign_up("Ada", PASSWORD)
    for _ in range(5):
        assert refusal(house.accounts, "Ada", "wrong password")[0] is SignInRefused
    waits = []
    for _ in range(7):
        with pytest.raises(TooManyTries) as refused:
            house.accounts.sign_in("Ada", PASSWORD)  # not even with the right one
        waits.append(refused.value.retry_after_s)
        clock.advance(seconds=waits[-1])
        refusal(house.accounts, "ADA", "wrong password")
    assert waits == [30, 60, 120, 240, 480, 900, 900]
    clock.advance(seconds=900)
    house.accounts.sign_in("Ada", PASSWORD)
    assert refusal(house.accounts, "Ada", "wrong password")[0] is SignInRefused  # counted from zero


def test_wait_survives_a_restart(house: Any, db: Path, clock: Any, quick: Any) -> None:
    for _ in range(5):
        refusal(house.accounts, "Ada", "wrong password")
    house.people.close()
    connections = Connections(db, busy_timeout_ms=5000)
    assert refusal(Accounts(connections, clock=clock, passwords=quick), "Ada", PASSWORD) == (
        TooManyTries,
        "Too many attempts. Please wait 30 seconds and try again.",
    )
    connections.close()


def test_address_that_fails_for_many_accounts_waits(house: Any, clock: Any) -> None:
    mallory = house.accounts.sign_up("Mallory", PASSWORD)
    house.accounts.sign_up("Ada", PASSWORD)
    for number in range(5):
        with pytest.raises(SignInRefused):
            house.accounts.sign_in(f"user {number}", "wrong password", address="192.0.2.7")
        if number < 4:  # one's own account does not buy more guesses
            house.accounts.sign_in("Mallory", PASSWORD, address="192.0.2.7")
    with pytest.raises(TooManyTries):
        house.accounts.sign_in("Ada", PASSWORD, address="192.0.2.7")
    with pytest.raises(TooManyTries):
        house.accounts.change_password(mallory.user.user_id, PASSWORD, OTHER, address="192.0.2.7")
    assert house.accounts.sign_in("Ada", PASSWORD, address="192.0.2.8")


def test_ipv6_network_is_one_address(house: Any) -> None:
    for number in range(5):
        with pytest.raises(SignInRefused):
            house.accounts.sign_in(f"user {number}", "wrong", address=f"2001:db8::{number:x}")
    with pytest.raises(TooManyTries):
        house.accounts.sign_in("user 9", "wrong", address="2001:db8::ffff:1")
    with pytest.raises(SignInRefused):
        house.accounts.sign_in("user 9", "wrong", address="2001:db8:0:1::1")


def test_parallel_guesses_are_all_counted(house: Any) -> None:
    house.accounts.sign_up("Ada", PASSWORD)
    barrier, answers = Barrier(20), list[type]()

    def guess() -> None:
        barrier.wait()
        try:
            house.accounts.sign_in("Ada", "wrong password")
        except AccountError as error:
            answers.append(type(error))

    run([Thread(target=guess) for _ in range(20)])
    assert sorted(answers, key=str) == [SignInRefused] * 5 + [TooManyTries] * 15


def run(threads: list[Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_parallel_sign_ups_with_one_name_make_one_account(house: Any, db: Path) -> None:
    barrier, done, refused = Barrier(8), list[SignedIn](), list[str]()

    def sign_up(name: str) -> None:
        barrier.wait()
        try:
            done.append(house.accounts.sign_up(name, PASSWORD))
        except AccountError as error:
            refused.append(error.field)

    run([Thread(target=sign_up, args=(name,)) for name in ("Ada", "ADA", "ada", "\uff21da") * 2])
    assert len(done) == 1
    assert refused == ["name"] * 7
    assert len(rows(db, "SELECT * FROM users")) == 1


def test_new_accounts_of_one_address_are_limited(house: Any) -> None:
    for number in range(20):
        house.accounts.sign_up(f"user {number}", PASSWORD, address="192.0.2.7")
    with pytest.raises(TooManyTries):
        house.accounts.sign_up("one more", PASSWORD, address="192.0.2.7")
    house.accounts.sign_up("one more", PASSWORD, address="192.0.2.8")


def test_sign_out_ends_the_token_in_every_browser(house: Any) -> None:
    ada = house.accounts.sign_up("Ada", PASSWORD)
    other = house.accounts.sign_in("Ada", PASSWORD)
    assert house.accounts.sign_out(ada.token)
    assert house.accounts.find_user(ada.token) is None
    assert house.people.find_user(ada.token) is None
    assert house.accounts.find_user(other.token) == ada.user
    assert not house.accounts.sign_out(ada.token)
    assert not house.accounts.sign_out(None)


def test_guest_token_is_no_account_session(house: Any) -> None:
    token = new_token()
    guest = house.people.open_guest(token)
    assert house.accounts.find_user(token) is None
    assert not house.accounts.sign_out(token)
    assert house.people.find_user(token) == guest


def test_sign_out_everywhere_ends_every_session_of_one_account(house: Any) -> None:
    tokens = [house.accounts.sign_up("Ada", PASSWORD).token]
    tokens += [house.accounts.sign_in("Ada", PASSWORD).token for _ in range(2)]
    bob = house.accounts.sign_up("Bob", PASSWORD)
    ada = house.accounts.find_user(tokens[0])
    assert house.accounts.sign_out_everywhere(ada.user_id) == 3
    assert [house.accounts.find_user(token) for token in tokens] == [None] * 3
    assert house.accounts.find_user(bob.token) == bob.user


def test_session_is_renewed_for_thirty_days(house: Any, clock: Any) -> None:
    assert SESSION_LIFETIME.days == 30
    ada = house.accounts.sign_up("Ada", PASSWORD)
    for _ in range(3):
        clock.advance(days=29)
        assert house.accounts.find_user(ada.token) == ada.user
    clock.advance(days=30)
    assert house.accounts.find_user(ada.token) is None


def test_password_change_ends_other_sessions_and_tokens(house: Any) -> None:
    ada = house.accounts.sign_up("Ada", PASSWORD)
    bob = house.accounts.sign_up("Bob", PASSWORD)
    mine = house.accounts.create_token(ada.user.user_id, "my script")
    his = house.accounts.create_token(bob.user.user_id, "his script")
    here = house.accounts.change_password(ada.user.user_id, PASSWORD, OTHER)
    assert house.accounts.find_user(here.token) == ada.user
    assert house.accounts.find_user(ada.token) is None
    assert house.accounts.find_user_by_api_token(mine) is None
    assert house.accounts.find_user_by_api_token(his) == bob.user
    assert house.accounts.sign_in("Ada", OTHER)
    with pytest.raises(SignInRefused):
        house.accounts.sign_in("Ada", PASSWORD)


def test_password_change_needs_the_old_and_a_valid_new_password(house: Any) -> None:
    ada = house.accounts.sign_up("Ada", PASSWORD)
    with pytest.raises(SignInRefused) as refused:
        house.accounts.change_password(ada.user.user_id, "wrong password", OTHER)
    assert refused.value.field == "password"
    with pytest.raises(AccountError) as weak:
        house.accounts.change_password(ada.user.user_id, PASSWORD, "password1")
    assert weak.value.field == "new_password"
    assert house.accounts.find_user(ada.token) == ada.user


def test_deleted_account_leaves_no_row(house: Any, db: Path) -> None:
    ada = house.accounts.sign_up("Ada", PASSWORD)
    bob = house.accounts.sign_up("Bob", PASSWORD)
    for user in (ada.user, bob.user):
        house.people.set_interaction(user.user_id, HEAT, LIKE, on=True)
        house.accounts.create_token(user.user_id, "my script")
    with pytest.raises(SignInRefused):
        house.accounts.delete_account(ada.user.user_id, "wrong password")
    house.accounts.delete_account(ada.user.user_id, PASSWORD)
    tables = rows(
        db,
        "SELECT t.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c "
        "WHERE c.name = 'user_id' AND t.name != 'identities'",
    )
    assert len(tables) >= 4
    for (table,) in tables:
        assert set(rows(db, f"SELECT DISTINCT user_id FROM {table}")) <= {(bob.user.user_id,)}
    assert rows(db, "SELECT user_id FROM interactions") == [(bob.user.user_id,)]
    with pytest.raises(SignInRefused):
        house.accounts.sign_in("Ada", PASSWORD)
    assert house.accounts.sign_up("Ada", PASSWORD).user.user_id > bob.user.user_id


def test_full_queue_of_sign_ins_refuses_more(house: Any, quick: Passwords) -> None:
    with ExitStack() as waiting:
        for _ in range(16):
            waiting.enter_context(quick.queue())
        with pytest.raises(TooManyTries, match="Many people"):
            house.accounts.sign_up("Ada", PASSWORD)
    house.accounts.sign_up("Ada", PASSWORD)


def test_outdated_hash_is_replaced_at_sign_in(house: Any, db: Path, clock: Any) -> None:
    house.accounts.sign_up("Ada", PASSWORD)
    before = rows(db, "SELECT password_hash FROM users")
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    connections = Connections(db, busy_timeout_ms=5000)
    accounts = Accounts(connections, clock=clock, passwords=stronger)
    refusal(accounts, "Ada", "wrong password")
    assert rows(db, "SELECT password_hash FROM users") == before
    accounts.sign_in("Ada", PASSWORD)
    ((after,),) = rows(db, "SELECT password_hash FROM users")
    assert "m=16,t=2,p=1" in after
    accounts.sign_in("Ada", PASSWORD)
    assert rows(db, "SELECT password_hash FROM users") == [(after,)]
    connections.close()


def test_hash_parameters_meet_owasp() -> None:
    kind, version, parameters = Passwords().hash(PASSWORD).split("$")[1:4]
    assert (kind, version) == ("argon2id", "v=19")
    cost = dict(part.split("=") for part in parameters.split(","))
    assert int(cost["m"]) >= 19 * 1024
    assert int(cost["t"]) >= 2
    assert int(cost["p"]) >= 1


def test_guest_data_is_merged_at_sign_in(house: Any, db: Path, clock: Any) -> None:
    token = new_token()
    guest = house.people.open_guest(token)
    for film in (HEAT, ALIEN):
        clock.advance(minutes=1)
        house.people.set_interaction(guest.user_id, film, LIKE, on=True)
    before = house.people.list_interactions(guest.user_id)
    ada = house.accounts.sign_up("Ada", PASSWORD, guest_token=token)
    assert ada.moved_likes == 2
    after = house.people.list_interactions(ada.user.user_id)
    assert [(row.tconst, row.created_at) for row in after] == [
        (row.tconst, row.created_at) for row in before
    ]
    # The guest is deleted and its token unknown.
    assert house.people.find_user(token) is None
    assert rows(db, "SELECT count(*) FROM users") == [(1,)]
    assert [house.accounts.take_moved_likes(ada.token) for _ in range(2)] == [2, 0]


def test_newer_of_contradicting_interactions_stays_after_a_merge(house: Any, clock: Any) -> None:
    ada, token = house.accounts.sign_up("Ada", PASSWORD).user.user_id, new_token()
    guest = house.people.open_guest(token).user_id

    def say(who: int, film: str, kind: InteractionKind) -> None:
        clock.advance(minutes=1)
        house.people.set_interaction(who, film, kind, on=True)

    say(ada, HEAT, LIKE)
    say(guest, HEAT, HIDE)  # newer: the account hides it now
    say(guest, ALIEN, HIDE)
    say(ada, ALIEN, LIKE)  # newer: stays
    say(ada, AMELIE, LIKE)
    say(guest, AMELIE, LIKE)  # the same, later: the later time counts
    newest = clock.now
    signed_in = house.accounts.sign_in("Ada", PASSWORD, guest_token=token)
    assert signed_in.moved_likes == 1
    assert house.people.kinds_by_film(ada) == {HEAT: {HIDE}, ALIEN: {LIKE}, AMELIE: {LIKE}}
    times = {row.tconst: row.created_at for row in house.people.list_interactions(ada)}
    assert times[AMELIE] == newest


def test_guest_of_another_tab_is_merged_later(house: Any) -> None:
    ada, token = house.accounts.sign_up("Ada", PASSWORD).user.user_id, new_token()
    assert house.accounts.take_over_guest(ada, token) == 0
    house.people.set_interaction(house.people.open_guest(token).user_id, HEAT, LIKE, on=True)
    assert house.accounts.take_over_guest(ada, token) == 1
    assert house.accounts.take_over_guest(ada, token) == 0
    assert house.people.load_profile(ada, limit=5).likes == (HEAT,)


def test_account_token_is_not_merged_as_a_guest(house: Any) -> None:
    ada, bob = (house.accounts.sign_up(name, PASSWORD) for name in ("Ada", "Bob"))
    house.people.set_interaction(ada.user.user_id, HEAT, LIKE, on=True)
    assert house.accounts.take_over_guest(bob.user.user_id, ada.token) == 0
    assert house.accounts.sign_in("Bob", PASSWORD, guest_token=ada.token).moved_likes == 0
    assert house.people.kinds_by_film(bob.user.user_id) == {}
    assert house.accounts.find_user(ada.token) == ada.user


def test_failed_sign_in_leaves_the_guest(house: Any) -> None:
    token = new_token()
    guest = house.people.open_guest(token)
    house.accounts.sign_up("Ada", PASSWORD)
    for attempt in (house.accounts.sign_in, house.accounts.sign_up):
        with pytest.raises(AccountError):
            attempt("Ada", "wrong password", guest_token=token)
    assert house.people.find_user(token) == guest


def test_file_error_is_raised_as_people_error(house: Any, db: Path) -> None:
    house.accounts.sign_up("Ada", PASSWORD)
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("DROP TABLE sign_in_attempts")
    with pytest.raises(PeopleError):
        house.accounts.sign_in("Ada", PASSWORD)


def test_people_has_accounts(people: People) -> None:
    ada = people.accounts.sign_up("Ada", PASSWORD)
    assert people.find_user(ada.token) == people.accounts.find_user(ada.token) == ada.user
