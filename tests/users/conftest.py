from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from recommender.users import Accounts, Passwords, People
from recommender.users.connections import Connections


class Clock:
    """Clock that tests advance."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "data" / "people.db"


@pytest.fixture
def people(db: Path, clock: Clock) -> Iterator[People]:
    opened = People(db, clock=clock, busy_timeout_ms=5000)
    yield opened
    opened.close()


@dataclass(frozen=True)
class House:
    """People and accounts in one file, with fast password hashing."""

    people: People
    accounts: Accounts


@pytest.fixture
def quick() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def house(people: People, db: Path, clock: Clock, quick: Passwords) -> Iterator[House]:
    connections = Connections(db, busy_timeout_ms=5000)
    yield House(people, Accounts(connections, clock=clock, passwords=quick))
    connections.close()
