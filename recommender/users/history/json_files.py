"""Reader of Marquee's JSON: a list of interactions as objects."""

from __future__ import annotations

import json
from datetime import datetime

from recommender.errors import HistoryFileError
from recommender.users.history.dates import date_reader
from recommender.users.history.entries import Entry
from recommender.users.history.rows import (
    complete,
    in_order_of_time,
    read_kind,
    read_tconst,
    read_year,
)
from recommender.users.history.tables import MOST_ROWS

_LONGEST = 2_000


def read_json(name: str, text: str, *, now: datetime) -> list[Entry]:
    """Return the entries of a JSON file; none when it has no list of films.

    Parameters
    ----------
    name, text
        Name and content of the file.
    now
        The latest possible time.

    Raises
    ------
    HistoryFileError
        If it is not JSON, or has too many films.
    """
    try:
        content = json.loads(text)
    # RecursionError: brackets thousands deep; ValueError also for numbers of thousands of digits.
    except (ValueError, RecursionError) as error:
        raise HistoryFileError(f"{name} is not valid JSON.") from error
    films = content.get("films") if isinstance(content, dict) else content
    if not isinstance(films, list):
        return []
    if len(films) > MOST_ROWS:
        raise HistoryFileError(f"{name} has more than {MOST_ROWS:,} films. Please split it.")
    read_date = date_reader((), now=now)
    entries = []
    for number, film in enumerate(films, 1):
        if not isinstance(film, dict):
            continue
        cells = {key: _text(film.get(key)) for key in ("tconst", "kind", "date", "title", "year")}
        kind, fault = read_kind(cells["kind"])
        entries.append(
            complete(
                Entry(
                    line=number,
                    tconst=read_tconst(cells["tconst"]),
                    title=cells["title"],
                    year=read_year(cells["year"]),
                    kind=kind,
                    at=read_date(cells["date"]),
                    is_exact=True,
                    fault=fault,
                )
            )
        )
    return in_order_of_time(entries)


def _text(value: object) -> str:
    """Return a text or number as text; other types as an empty one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**12 else ""
    # JSON can hold lone surrogates, which SQLite cannot store.
    return value[:_LONGEST].encode("utf-8", "replace").decode("utf-8").strip().replace("\x00", "")
