"""Writes that come together share a commit, and nothing else."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from recommender.entities import InteractionKind
from recommender.errors import PeopleError
from recommender.users import People, new_token
from recommender.users.connections import Connections
from recommender.users.group_commit import GroupCommit

LIKE = InteractionKind.LIKE


@pytest.fixture
def together(tmp_path: Path) -> GroupCommit:
    connections = Connections(tmp_path / "some.db", busy_timeout_ms=2000)
    with connections.writing() as connection:
        connection.execute("CREATE TABLE said (word TEXT CHECK (word != 'full'))")
    return GroupCommit(connections)


def list_words(together: GroupCommit) -> list[str]:
    rows = together.write(lambda c: c.execute("SELECT word FROM said").fetchall())
    return [word for (word,) in rows]


def say_at_once(together: GroupCommit, *words: str) -> list[str | BaseException]:
    """Say words from as many threads, the first of which waits until all others queue behind it."""
    entered, queued = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        entered.set()
        assert queued.wait(10)

    def say(word: str) -> str:
        def work(connection: sqlite3.Connection) -> str:
            connection.execute("INSERT INTO said VALUES (?)", (word,))
            if word == "refused":
                raise PeopleError("refused")
            if word == "broken":
                connection.execute("INSERT INTO nowhere VALUES (1)")
            if word == "stopped":
                raise KeyboardInterrupt
            return word

        return together.write(work)

    with ThreadPoolExecutor(len(words) + 1) as pool:
        first = pool.submit(together.write, hold)
        assert entered.wait(10)
        others = [pool.submit(say, word) for word in words]
        while len(together._waiting) < len(words):
            pass
        queued.set()
        first.result()
        return [other.exception() or other.result() for other in others]


def test_those_who_wait_are_written_in_one_commit(together: GroupCommit) -> None:
    commits: list[str] = []
    with together._connections.reading() as connection:
        # The only connection there is: every write takes this one.
        connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
    assert say_at_once(together, "a", "b", "c", "d") == ["a", "b", "c", "d"]
    assert len(commits) == 2  # of the one that held the turn, and of the four behind it
    assert sorted(list_words(together)) == ["a", "b", "c", "d"]


def test_one_that_is_refused_leaves_nothing_and_the_others_stay(together: GroupCommit) -> None:
    a, refused, c = say_at_once(together, "a", "refused", "c")
    assert (a, str(refused), c) == ("a", "refused", "c")
    assert isinstance(refused, PeopleError)
    assert sorted(list_words(together)) == ["a", "c"]


def test_when_the_file_fails_everybody_is_told_and_nothing_is_kept(
    together: GroupCommit,
) -> None:
    answers = say_at_once(together, "a", "broken", "c")
    assert all(isinstance(answer, PeopleError) for answer in answers)
    assert len({id(answer) for answer in answers}) == 3
    assert list_words(together) == []
    assert say_at_once(together, "again") == ["again"]


def test_one_that_breaks_a_rule_of_the_file_does_not_fail_the_others(
    together: GroupCommit,
) -> None:
    a, full, c = say_at_once(together, "a", "full", "c")
    assert (a, c) == ("a", "c")
    assert isinstance(full, PeopleError)
    assert sorted(list_words(together)) == ["a", "c"]


def test_when_the_thread_that_writes_for_all_is_stopped_nobody_takes_it_for_stored(
    together: GroupCommit,
) -> None:
    answers = say_at_once(together, "a", "stopped", "c")
    assert sum(isinstance(answer, KeyboardInterrupt) for answer in answers) == 1
    assert sum(isinstance(answer, PeopleError) for answer in answers) == 2
    assert list_words(together) == []
    assert say_at_once(together, "again") == ["again"]


def test_one_that_gives_up_waiting_writes_nothing_and_holds_nobody_up(
    together: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when Ctrl-C reaches a thread that waits, here the one that would lead next."""
    quits = threading.Event()
    wait = threading.Event.wait

    def wait_or_quit(self: threading.Event, timeout: float | None = None) -> bool:
        if threading.current_thread().name == "quitter" and not quits.is_set():
            quits.set()
            raise KeyboardInterrupt
        return wait(self, timeout)

    entered, go_on = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        entered.set()
        assert go_on.wait(10)

    def say(word: str) -> None:
        together.write(lambda c: c.execute("INSERT INTO said VALUES (?)", (word,)))

    def quit_waiting() -> None:
        with pytest.raises(KeyboardInterrupt):
            say("never")

    holder = threading.Thread(target=together.write, args=(hold,))
    holder.start()
    assert entered.wait(10)
    monkeypatch.setattr(threading.Event, "wait", wait_or_quit)
    quitter = threading.Thread(target=quit_waiting, name="quitter")
    quitter.start()
    quitter.join(10)
    other = threading.Thread(target=say, args=("other",))
    other.start()
    go_on.set()
    for thread in (holder, other):
        thread.join(10)
        assert not thread.is_alive()
    assert list_words(together) == ["other"]


def test_likes_of_many_people_at_once_are_all_there(tmp_path: Path) -> None:
    people = People(tmp_path / "people.db")
    users = [people.open_guest(new_token()).user_id for _ in range(8)]
    wanted = [(user, f"tt{1000000 + film}") for user in users for film in range(20)]
    with ThreadPoolExecutor(16) as pool:
        changed = list(
            pool.map(lambda said: people.set_interaction(said[0], said[1], LIKE, on=True), wanted)
        )
    assert all(changed)
    assert sorted(people.list_likes()) == sorted(wanted)
    with pytest.raises(PeopleError, match="not known any more"):
        people.set_interaction(10_000, "tt0113277", LIKE, on=True)
    people.close()
