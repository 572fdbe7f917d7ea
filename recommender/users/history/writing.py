"""Export of interactions as a file that Marquee and other services can read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from recommender.entities import Film, Interaction, InteractionKind
from recommender.users.history.entries import HistoryFormat
from recommender.users.history.tables import escape_formula

LIKE_OF_TEN = 8
LIKE_OF_FIVE = 4.0

ExportRow = tuple[Interaction, Film | None]
_Cells = Sequence[object]

_LETTERBOXD = ("Date", "Name", "Year", "Letterboxd URI", "imdbID")
_IMDB_FACTS = (
    *("Title", "Original Title", "URL", "Title Type", "IMDb Rating", "Runtime (mins)", "Year"),
    *("Genres", "Num Votes", "Release Date", "Directors"),
)
# A fixed date (the zip format's oldest) makes exports of equal data byte-identical.
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryExport:
    """Exported history file: name, media type and content."""

    name: str
    media_type: str
    data: bytes


def write_history(form: HistoryFormat, interactions: Iterable[ExportRow]) -> HistoryExport:
    """Write interactions to a history file.

    Marquee's own formats hold all kinds of interaction. Letterboxd and IMDb files omit hidden
    films, and MovieLens files hold likes only. Formats with ratings only store a like as 8 of
    10 or 4 of 5.

    Parameters
    ----------
    form
        Format of the file; not ``HistoryFormat.TITLES``.
    interactions
        Each interaction with its film, newest first; None for a film that is not in the
        catalogue.

    Raises
    ------
    KeyError
        If the format cannot be written.
    """
    return _WRITERS[form](list(interactions))


def _write_csv(header: _Cells, rows: Iterable[_Cells]) -> str:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    for row in rows:
        writer.writerow([escape_formula(c) if isinstance(c, str) else c for c in row])
    return file.getvalue()


def _write_zip(name: str, members: dict[str, str]) -> HistoryExport:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            info = zipfile.ZipInfo(member, _ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("utf-8"))
    return HistoryExport(name=name, media_type="application/zip", data=file.getvalue())


def _marquee_csv(interactions: list[ExportRow]) -> HistoryExport:
    rows = [list(_own_record(row, film).values()) for row, film in interactions]
    text = _write_csv(["tconst", "kind", "date", "title", "year"], rows)
    # Spreadsheets recognise UTF-8 by its byte order mark.
    return HistoryExport(
        name="marquee.csv", media_type="text/csv", data=text.encode("utf-8-sig", "replace")
    )


def _marquee_json(interactions: list[ExportRow]) -> HistoryExport:
    films = [_own_record(row, film) for row, film in interactions]
    text = json.dumps({"films": films}, ensure_ascii=False, indent=1)
    return HistoryExport(
        name="marquee.json", media_type="application/json", data=text.encode("utf-8", "replace")
    )


def _own_record(row: Interaction, film: Film | None) -> dict[str, object]:
    return {
        "tconst": row.tconst,
        "kind": row.kind.value,
        "date": row.created_at.isoformat(),
        "title": film.primary_title if film else "",
        "year": film.start_year if film else None,
    }


def _letterboxd(interactions: list[ExportRow]) -> HistoryExport:
    def table(*kinds: InteractionKind) -> str:
        chosen = {row.tconst: (row, film) for row, film in interactions if row.kind in kinds}
        rows = [
            (
                row.created_at.date(),
                film.primary_title if film else "",
                film.start_year if film else "",
                "",
                row.tconst,
            )
            for row, film in _oldest_first(chosen.values())
        ]
        return _write_csv(_LETTERBOXD, rows)

    return _write_zip(
        "marquee-letterboxd.zip",
        {
            # Letterboxd counts every liked film as watched.
            "watched.csv": table(InteractionKind.SEEN, InteractionKind.LIKE),
            "likes/films.csv": table(InteractionKind.LIKE),
            "watchlist.csv": table(InteractionKind.WATCHLIST),
        },
    )


def _imdb(interactions: list[ExportRow]) -> HistoryExport:
    likes = {row.tconst for row, _ in interactions if row.kind is InteractionKind.LIKE}
    rated = {
        row.tconst: (row, film)
        for row, film in interactions
        if row.kind is InteractionKind.LIKE
        or (row.kind is InteractionKind.SEEN and row.tconst not in likes)
    }
    ratings = [
        [
            row.tconst,
            LIKE_OF_TEN if row.tconst in likes else "",
            row.created_at.date(),
            *_imdb_facts(row.tconst, film),
        ]
        for row, film in _oldest_first(rated.values())
    ]
    listed = [pair for pair in interactions if pair[0].kind is InteractionKind.WATCHLIST]
    watchlist = [
        [position, row.tconst, day, day, "", *_imdb_facts(row.tconst, film)]
        for position, (row, film) in enumerate(_oldest_first(listed), 1)
        for day in (row.created_at.date(),)
    ]
    return _write_zip(
        "marquee-imdb.zip",
        {
            "ratings.csv": _write_csv(
                ["Const", "Your Rating", "Date Rated", *_IMDB_FACTS], ratings
            ),
            "watchlist.csv": _write_csv(
                ["Position", "Const", "Created", "Modified", "Description", *_IMDB_FACTS], watchlist
            ),
        },
    )


def _imdb_facts(tconst: str, film: Film | None) -> tuple[object, ...]:
    address = f"https://www.imdb.com/title/{tconst}/"
    if film is None:
        return ("", "", address, *[""] * (len(_IMDB_FACTS) - 3))
    return (
        film.primary_title,
        film.original_title,
        address,
        "Movie",
        film.average_rating,
        film.runtime_min or "",
        film.start_year,
        ", ".join(film.genres),
        film.num_votes,
        "",
        ", ".join(film.directors),
    )


def _movielens(interactions: list[ExportRow]) -> HistoryExport:
    likes = _oldest_first([pair for pair in interactions if pair[0].kind is InteractionKind.LIKE])
    numbered = [(number, row, film) for number, (row, film) in enumerate(likes, 1)]
    return _write_zip(
        "marquee-movielens.zip",
        {
            "ratings.csv": _write_csv(
                ["userId", "movieId", "rating", "timestamp"],
                [(1, n, LIKE_OF_FIVE, int(row.created_at.timestamp())) for n, row, _ in numbered],
            ),
            "links.csv": _write_csv(
                ["movieId", "imdbId", "tmdbId"],
                [(n, row.tconst.removeprefix("tt"), "") for n, row, _ in numbered],
            ),
            "movies.csv": _write_csv(
                ["movieId", "title", "genres"],
                [(n, f.label, "|".join(f.genres)) for n, _, f in numbered if f is not None],
            ),
        },
    )


def _oldest_first(interactions: Iterable[ExportRow]) -> list[ExportRow]:
    # Reversed first: of equal times, the later interaction comes earlier in the list.
    ordered = list(interactions)[::-1]
    ordered.sort(key=lambda pair: pair[0].created_at)
    return ordered


_WRITERS: dict[HistoryFormat, Callable[[list[ExportRow]], HistoryExport]] = {
    HistoryFormat.MARQUEE_CSV: _marquee_csv,
    HistoryFormat.MARQUEE_JSON: _marquee_json,
    HistoryFormat.LETTERBOXD: _letterboxd,
    HistoryFormat.IMDB: _imdb,
    HistoryFormat.MOVIELENS: _movielens,
}
EXPORT_FORMATS = {form: writer([]).name for form, writer in _WRITERS.items()}
"""Export formats and their file names."""
