"""What a history file says, line by line, before anybody knows which films it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recommender.entities import InteractionKind


class HistoryFormat(StrEnum):
    """Whose files are read and written; the value is the name people know."""

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
        As the file has them; ``other_title`` is the original title. Either may be empty.
    line
        Where it stands in its file, from 1.
    tconst
        IMDb's id when the file names the film by it.
    year
        The year the file gives the film.
    directors
        Names, where the file has them.
    kind
        What the line says outright; None for a rating, and for a film on a list whose meaning
        only the person knows.
    rating
        On the scale of the file's ``History``; None without one.
    at
        When it was said, with a time zone; None when the file does not say.
    is_exact
        Whether ``at`` is a moment and the kind is meant to the letter: Marquee's own files.
    fault
        Why no film can be meant, as a sentence; empty when one can.
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
        """Whether the film just stands on a list, and the person must say what that means."""
        return self.kind is None and self.rating is None


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What files say, together.

    Attributes
    ----------
    source
        Whose files they are.
    entries
        Oldest first where the files have dates, otherwise in their order.
    scale
        The best rating there is: 5 or 10.
    left_aside
        Names of files that came along and say nothing of films.
    """

    source: HistoryFormat
    entries: tuple[Entry, ...]
    scale: int
    left_aside: tuple[str, ...] = ()
