"""The catalogue's tables. A film's number is its place by votes, so the best known come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

SCHEMA_VERSION = 1

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

CREATE TABLE genres (
    genre TEXT NOT NULL,
    film INTEGER NOT NULL REFERENCES films (film),
    PRIMARY KEY (genre, film)
) STRICT, WITHOUT ROWID;

CREATE TABLE words (                  -- what typing errors are corrected to
    word TEXT PRIMARY KEY,
    fame REAL NOT NULL                -- of the best known film it leads to
) STRICT, WITHOUT ROWID;
"""

# Made after the rows are in: one sort instead of a search for every row.
_INDEXES = """
CREATE UNIQUE INDEX films_tconst ON films (tconst);
CREATE INDEX films_title ON films (titleKey);
CREATE INDEX films_year ON films (startYear);
CREATE INDEX films_weighted ON films (weightedRating DESC, film);
CREATE UNIQUE INDEX people_person_id ON people (person_id);
CREATE INDEX credits_person ON credits (person);
"""

# leads: directors and top billing. facts: year, decade, genres as words. The text itself is not
# kept, and not the place of a word in it: neither is asked for.
_SEARCH = """
CREATE VIRTUAL TABLE search USING fts5 (
    title, leads, others, facts,
    content='', detail=column, columnsize=0, prefix='1 2 3',
    tokenize="unicode61 remove_diacritics 0"
);
"""


def create_tables(db: Database) -> None:
    """Create the empty tables and the search index."""
    db.conn.executescript(_TABLES + _SEARCH)


def create_indexes(db: Database) -> None:
    """Create the indexes and gather what the query planner wants to know."""
    db.conn.executescript(_INDEXES + "ANALYZE;")
