"""Entries of a history file, before they are matched with films of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recommender.entities import InteractionKind


class HistoryFormat(StrEnum):
    """Format of a history file; the value is its name on screen."""

    MARQUEE_CSV = "Marquee CSV"
    MARQUEE_JSON = "Marquee JSON"
    LETTERBOXD = "Letterboxd"
    IMDB = "IMDb"
    MOVIELENS = "MovieLens"
    TITLES = "List of titles"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of a history file.

    Attributes
    ----------
    title, other_title
        As in the file; ``other_title`` is the original title. Either may be empty.
    line
        Line number in its file, from 1.
    tconst
        IMDb id, if the file has it.
    year
        Release year of the film, if the file has it.
    directors
        Names of the directors, if the file has them.
    kind
        Kind of interaction; None for a rating, and for a film on a list whose meaning the user
        has to choose.
    rating
        Rating on the scale of the `History`; None without one.
    at
        Time of the interaction, with a time zone; None without a date.
    is_exact
        Whether ``at`` and the kind are exact: True for Marquee's own files.
    fault
        Sentence that says why the line cannot be a film; empty if it can be one.
    """

    title: str = ""
    other_title: str = ""
    line: int = 0
    tconst: str | None = None
    year: int | None = None
    directors: tuple[str, ...] = ()
    kind: InteractionKind | None = None
    rating: float | None = None
    at: datetime | None = None
    is_exact: bool = False
    fault: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether the entry is from a list and the user has to choose its kind."""
        return self.kind is None and self.rating is None


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Parsed content of the uploaded history files.

    Attributes
    ----------
    source
        Format of the files.
    entries
        Oldest first, those without dates in the order of the file.
    scale
        The highest possible rating: 5 or 10.
    ignored_files
        Names of files without films.
    """

    source: HistoryFormat
    entries: tuple[Entry, ...]
    scale: int
    ignored_files: tuple[str, ...] = ()
