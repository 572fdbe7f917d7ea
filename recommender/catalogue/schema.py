"""The catalogue's tables. Films are numbered from 1 in order of votes, most votes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA_VERSION = 2
CONTENT_VERSION = 1
"""Raised when the same source gives the engine other tables; models are then refitted."""

_TABLES = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE films (
    film INTEGER PRIMARY KEY,         -- 1 has the most votes
    tconst TEXT NOT NULL,
    primaryTitle TEXT NOT NULL,
    originalTitle TEXT NOT NULL,
    startYear INTEGER NOT NULL,
    runtimeMinutes INTEGER,
    genres TEXT NOT NULL,             -- the lists as in the source, '|' between names
    averageRating REAL NOT NULL,
    numVotes INTEGER NOT NULL,
    directors TEXT NOT NULL,
    writers TEXT NOT NULL,
    cast TEXT NOT NULL,
    weightedRating REAL NOT NULL,
    fame REAL NOT NULL,               -- ln(1 + numVotes)
    titleKey TEXT NOT NULL,           -- titles as search compares them
    bareKey TEXT NOT NULL,
    originalKey TEXT NOT NULL
) STRICT;

CREATE TABLE people (
    person INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL,          -- nconst where the source has it, the name otherwise
    name TEXT NOT NULL
) STRICT;

CREATE TABLE credits (
    film INTEGER NOT NULL REFERENCES films (film),
    -- IN takes three times as long: SQLite builds a temporary table for each row.
    category TEXT NOT NULL
        CHECK (category = 'director' OR category = 'writer' OR category = 'cast'),
    ordering INTEGER NOT NULL,        -- from 1; billing order for cast
    person INTEGER NOT NULL REFERENCES people (person),
    PRIMARY KEY (film, category, ordering)
) STRICT, WITHOUT ROWID;

CREATE TABLE words (                  -- the vocabulary for corrections
    word TEXT PRIMARY KEY,
    fame REAL NOT NULL                -- of its best-known film
) STRICT, WITHOUT ROWID;

-- The search index. A set of films is a Roaring bitmap of their numbers.
CREATE TABLE postings (
    place INTEGER NOT NULL,           -- the field: see Field in search/postings.py
    word TEXT NOT NULL,
    films BLOB NOT NULL,
    PRIMARY KEY (place, word)
) STRICT, WITHOUT ROWID;

CREATE TABLE beginnings (             -- the same for all words with a prefix
    place INTEGER NOT NULL,
    start TEXT NOT NULL,
    films BLOB NOT NULL,
    PRIMARY KEY (place, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE facets (
    kind TEXT NOT NULL,               -- see Facet in search/postings.py
    value ANY NOT NULL,
    films BLOB NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
"""

# Created after the inserts, because one sort is faster than an update per row. Few films have a
# bare or original key that differs from titleKey, so the partial indexes are small.
_INDEXES = """
CREATE UNIQUE INDEX films_tconst ON films (tconst);
CREATE INDEX films_title ON films (titleKey);
CREATE INDEX films_bare ON films (bareKey) WHERE bareKey <> titleKey;
CREATE INDEX films_original ON films (originalKey) WHERE originalKey <> titleKey;
CREATE UNIQUE INDEX people_person_id ON people (person_id);
"""


def create_tables(db: Database) -> None:
    """Create the empty tables."""
    db.conn.executescript(_TABLES)


def create_indexes(db: Database) -> None:
    """Create the indexes."""
    db.conn.executescript(_INDEXES)
