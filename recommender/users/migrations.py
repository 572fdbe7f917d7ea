"""Schema of the user database, as a numbered list of migrations.

A released migration is never edited; each change is appended as a new migration. A migration and
its version record share one transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from recommender.errors import PeopleError
from recommender.users.connections import Connections


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """A migration: its name and its SQL statements, in order."""

    name: str
    statements: tuple[str, ...]


_PERSONAS_0_1 = {
    "ghibli_child": "tt0096283 tt0245429 tt0097814 tt0876563 tt0347149 tt0092067",
    "noir_lover": "tt0036775 tt0039689 tt0033870 tt0037008 tt0042593 tt0052311",
    "blockbuster_fan": "tt0848228 tt1745960 tt4912910 tt0468569 tt0499549 tt1596343",
    "night_owl": "tt0084787 tt0077651 tt7784604 tt0081505 tt4263482 tt0076786",
    "nouvelle_vague": "tt0053472 tt0053198 tt0055852 tt0055032 tt0057345 tt0057869",
    "stargazer": "tt0062622 tt2543164 tt0069293 tt0118884 tt1182345 tt0816692",
    "romantic": "tt0098635 tt0112471 tt0125439 tt0128853 tt0109831 tt0108160",
}
"""Liked films of each persona of version 0.1, which stored no source with likes."""
_PERSONA_ROWS_0_1 = ", ".join(
    f"('{key}', '{tconst}')" for key, films in _PERSONAS_0_1.items() for tconst in films.split()
)

# Times are microseconds since 1970, UTC.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        name="people, their sessions and what they say of films",
        statements=(
            # AUTOINCREMENT: the id of a deleted user is never used again.
            """
            CREATE TABLE users (
                user_id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT UNIQUE,
                created_at INTEGER NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE sessions (
                token_digest BLOB PRIMARY KEY CHECK (length(token_digest) = 32),
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                created_at INTEGER NOT NULL,
                last_seen_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX sessions_by_user ON sessions (user_id)",
            """
            CREATE TABLE interactions (
                interaction_id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                tconst TEXT NOT NULL CHECK (tconst GLOB 'tt[0-9]*'),
                kind TEXT NOT NULL CHECK (kind IN ('like', 'hide', 'watchlist', 'seen')),
                created_at INTEGER NOT NULL,
                UNIQUE (user_id, tconst, kind)
            ) STRICT
            """,
            # Covers the queries of profiles, so they read no rows.
            """
            CREATE INDEX interactions_by_time
            ON interactions (user_id, created_at, interaction_id, tconst, kind)
            """,
        ),
    ),
    Migration(
        name="accounts, their tokens and tries to sign in; less like this",
        statements=(
            # NULL for guests; the hash is NULL too for accounts of OpenID Connect.
            "ALTER TABLE users ADD COLUMN folded_name TEXT",
            "ALTER TABLE users ADD COLUMN password_hash TEXT",
            "CREATE UNIQUE INDEX users_by_folded_name ON users (folded_name)",
            # Number of merged likes of the guest, until it was shown.
            "ALTER TABLE sessions ADD COLUMN moved_likes INTEGER NOT NULL DEFAULT 0",
            """
            CREATE TABLE identities (
                issuer TEXT NOT NULL,
                subject TEXT NOT NULL,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (issuer, subject)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX identities_by_user ON identities (user_id)",
            # Streamlit's identity cookie cannot be revoked, so ends of sign-ins are stored: the
            # digest of an identity, or of one of its sign-ins.
            """
            CREATE TABLE ended_identities (
                digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
                ended_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            """,
            """
            CREATE TABLE api_tokens (
                api_token_id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
                label TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                last_used_at INTEGER,
                expires_at INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX api_tokens_by_user ON api_tokens (user_id)",
            # The digest of a name or an address: names may hold passwords typed into the wrong
            # field, and addresses are personal data.
            """
            CREATE TABLE sign_in_attempts (
                subject_digest BLOB PRIMARY KEY CHECK (length(subject_digest) = 32),
                failures INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                blocked_until INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at)",
            # SQLite cannot change a CHECK, so the table is copied.
            """
            CREATE TABLE new_interactions (
                interaction_id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                tconst TEXT NOT NULL CHECK (tconst GLOB 'tt[0-9]*'),
                kind TEXT NOT NULL CHECK (kind IN ('like', 'hide', 'watchlist', 'seen', 'less')),
                created_at INTEGER NOT NULL,
                UNIQUE (user_id, tconst, kind)
            ) STRICT
            """,
            """
            INSERT INTO new_interactions (interaction_id, user_id, tconst, kind, created_at)
            SELECT interaction_id, user_id, tconst, kind, created_at FROM interactions
            """,
            "DROP TABLE interactions",
            "ALTER TABLE new_interactions RENAME TO interactions",
            """
            CREATE INDEX interactions_by_time
            ON interactions (user_id, created_at, interaction_id, tconst, kind)
            """,
        ),
    ),
    Migration(
        name="imported histories, to be taken back",
        statements=(
            """
            CREATE TABLE imports (
                import_id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                source TEXT NOT NULL,
                imported_at INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX imports_by_user ON imports (user_id)",
            # By film, kind and time, because restored and merged rows have a new id.
            """
            CREATE TABLE imported_rows (
                import_id INTEGER NOT NULL REFERENCES imports (import_id) ON DELETE CASCADE,
                tconst TEXT NOT NULL,
                kind TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (import_id, tconst, kind)
            ) STRICT, WITHOUT ROWID
            """,
        ),
    ),
    Migration(
        name="source of an interaction: a click, a persona or an import",
        statements=(
            "ALTER TABLE interactions ADD COLUMN source TEXT NOT NULL DEFAULT ''",
            """
            UPDATE interactions SET source = 'import:' || brought.import_id
            FROM (
                SELECT import_id, user_id, tconst, kind, created_at
                FROM imports JOIN imported_rows USING (import_id)
            ) AS brought
            WHERE (interactions.user_id, interactions.tconst, interactions.kind,
                   interactions.created_at)
                = (brought.user_id, brought.tconst, brought.kind, brought.created_at)
            """,
            "DROP TABLE imported_rows",
            # Version 0.1 recognised a persona by two likes or more, written within 20
            # microseconds of each other, that all belong to it.
            f"""
            WITH persona (persona_key, tconst) AS (VALUES {_PERSONA_ROWS_0_1}),
            spaced AS (
                SELECT interaction_id, user_id, tconst, created_at,
                    created_at - lag(created_at) OVER earlier AS gap
                FROM interactions WHERE kind = 'like'
                WINDOW earlier AS (PARTITION BY user_id ORDER BY created_at, interaction_id)
            ),
            batched AS (
                SELECT *, sum(gap IS NULL OR gap > 20) OVER (
                    PARTITION BY user_id ORDER BY created_at, interaction_id
                    ROWS UNBOUNDED PRECEDING
                ) AS batch
                FROM spaced
            ),
            matched AS (
                SELECT user_id, batch, min(persona_key) AS persona_key
                FROM batched LEFT JOIN persona USING (tconst)
                GROUP BY user_id, batch
                HAVING count(*) >= 2 AND count(persona_key) = count(*)
                    AND min(persona_key) = max(persona_key)
            )
            UPDATE interactions SET source = 'persona:' || found.persona_key
            FROM (
                SELECT interaction_id, persona_key
                FROM batched JOIN matched USING (user_id, batch)
            ) AS found
            WHERE interactions.interaction_id = found.interaction_id
            """,
        ),
    ),
)


def migrate(
    connections: Connections, *, now: int, migrations: tuple[Migration, ...] = MIGRATIONS
) -> None:
    """Apply all pending migrations; several processes may call this at once.

    Parameters
    ----------
    connections
        The database.
    now
        Time stored with each applied migration, in microseconds since 1970, UTC.
    migrations
        The migrations, oldest first.

    Raises
    ------
    PeopleError
        If the database is newer than the program, of another kind, or cannot be written.
        Nothing is changed then.
    """
    with connections.reading() as connection:
        done = _known_version(connection, connections, newest=len(migrations))
    connections.use_write_ahead_log()
    while done < len(migrations):
        with connections.writing() as connection:
            done = _known_version(connection, connections, newest=len(migrations))
            if done == len(migrations):
                return
            if done == 0:
                connection.execute(
                    "CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                    "applied_at INTEGER NOT NULL) STRICT"
                )
            step = migrations[done]
            for statement in step.statements:
                connection.execute(statement)
            connection.execute(
                "INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)",
                (done + 1, step.name, now),
            )
        done += 1


def schema_version(connection: sqlite3.Connection) -> int:
    """Return the number of the latest migration; 0 for an empty database.

    Raises
    ------
    LookupError
        If there are tables but no migration records: another program wrote the file.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "migrations" in tables:
        row = connection.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()
        return int(row[0])
    if tables:
        raise LookupError("tables without a record of migrations")
    return 0


def _known_version(connection: sqlite3.Connection, owner: Connections, *, newest: int) -> int:
    """Return the schema version; raise PeopleError if Marquee cannot use the file."""
    try:
        version = schema_version(connection)
    except LookupError as error:
        raise PeopleError(
            f"{owner.path.name} is not a database of Marquee's users. It was left unchanged; "
            "please move it aside."
        ) from error
    if version > newest:
        raise PeopleError(
            f"{owner.path.name} was written by a newer Marquee (schema version {version}, this one "
            f"supports {newest}). It was left unchanged; please update Marquee."
        )
    return version
