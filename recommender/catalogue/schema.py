"""The catalogue's tables. A film's number is its place by votes, so the best known come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA_VERSION = 2
CONTENT_VERSION = 1
"""Raised when the same source would give the engine other tables; models are fitted anew then."""

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
    -- Not IN: SQLite would build a table of its own for it at every row, three times the time.
    category TEXT NOT NULL
        CHECK (category = 'director' OR category = 'writer' OR category = 'cast'),
    ordering INTEGER NOT NULL,        -- from 1; billing order for cast
    person INTEGER NOT NULL REFERENCES people (person),
    PRIMARY KEY (film, category, ordering)
) STRICT, WITHOUT ROWID;

CREATE TABLE words (                  -- what typing errors are corrected to
    word TEXT PRIMARY KEY,
    fame REAL NOT NULL                -- of the best known film it leads to
) STRICT, WITHOUT ROWID;

-- What search looks films up by. A set of films is a Roaring bitmap of their numbers.
CREATE TABLE postings (
    place INTEGER NOT NULL,           -- where the word stands: see Place in bitmaps.py
    word TEXT NOT NULL,
    films BLOB NOT NULL,
    PRIMARY KEY (place, word)
) STRICT, WITHOUT ROWID;

CREATE TABLE beginnings (             -- the same for all words that begin so
    place INTEGER NOT NULL,
    start TEXT NOT NULL,
    films BLOB NOT NULL,
    PRIMARY KEY (place, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE facets (
    kind TEXT NOT NULL,               -- see Facet in bitmaps.py
    value ANY NOT NULL,
    films BLOB NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
"""

# Made after the rows are in: one sort instead of a search for every row. Few films have another
# key than their title's, so their indexes are small.
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
