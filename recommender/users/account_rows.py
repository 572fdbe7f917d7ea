"""SQL queries for accounts."""

from __future__ import annotations

import itertools
import sqlite3
from dataclasses import dataclass

from recommender.entities import User
from recommender.errors import AccountError
from recommender.users.names import LONGEST_NAME, clean_name, fold_name

_DEFAULT_NAME = "Member"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """Row of an account; the password hash is None if the account has no password."""

    user: User
    password_hash: str | None


def find_account(connection: sqlite3.Connection, folded_name: str) -> Account | None:
    """Return the account with a folded name; None if it does not exist."""
    row = connection.execute(
        "SELECT user_id, name, password_hash FROM users WHERE folded_name = ?", (folded_name,)
    ).fetchone()
    return None if row is None else _account(row)


def get_account(connection: sqlite3.Connection, user_id: int) -> Account:
    """Return the account of a user id; raise AccountError if it does not exist."""
    row = connection.execute(
        "SELECT user_id, name, password_hash FROM users WHERE user_id = ? AND name IS NOT NULL",
        (user_id,),
    ).fetchone()
    if row is None:
        raise AccountError("There is no such account any more. Please reload the page.")
    return _account(row)


def insert_account(
    connection: sqlite3.Connection, name: str, *, password_hash: str | None, now: int
) -> User:
    """Insert an account; raise AccountError if the name is taken, in any spelling."""
    folded = fold_name(name)
    if find_account(connection, folded) is not None:
        raise AccountError(
            "This name is taken. Please choose another, or sign in if it is yours.", field="name"
        )
    cursor = connection.execute(
        "INSERT INTO users (name, folded_name, password_hash, created_at) VALUES (?, ?, ?, ?)",
        (name, folded, password_hash, now),
    )
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT always sets it
    return User(user_id=cursor.lastrowid, name=name)


def free_name(connection: sqlite3.Connection, wanted: str) -> str:
    """Return the wanted account name if it is free, else the name with a number."""
    try:
        name = clean_name(wanted[:LONGEST_NAME])
    except AccountError:
        name = _DEFAULT_NAME
    if find_account(connection, fold_name(name)) is None:
        return name
    short = name[: LONGEST_NAME - 8].rstrip()
    return next(
        candidate
        for number in itertools.count(2)
        if find_account(connection, fold_name(candidate := f"{short} {number}")) is None
    )


def save_hash(
    connection: sqlite3.Connection, user_id: int, password_hash: str, *, instead_of: str
) -> bool:
    """Replace an account's password hash; return False if it changed concurrently."""
    return (
        connection.execute(
            "UPDATE users SET password_hash = ? WHERE user_id = ? AND password_hash = ?",
            (password_hash, user_id, instead_of),
        ).rowcount
        > 0
    )


def _account(row: tuple[int, str, str | None]) -> Account:
    user_id, name, password_hash = row
    return Account(user=User(user_id=user_id, name=name), password_hash=password_hash)
