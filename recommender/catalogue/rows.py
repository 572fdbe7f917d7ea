"""Read and validate the rows of a film file."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from recommender.catalogue.sanitize import strip_invisible
from recommender.errors import FilmFileError

COLUMNS = (
    "tconst",
    "primaryTitle",
    "originalTitle",
    "startYear",
    "runtimeMinutes",
    "genres",
    "averageRating",
    "numVotes",
    "directors",
    "writers",
    "cast",
)
_GZIP_MAGIC = b"\x1f\x8b"
_TCONST = re.compile(r"tt\d{7,10}")
_NONE = frozenset({"", "\\N"})
_MOST_VOTES = 10**12


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A person in a credit, identified by IMDb's nconst or else by name."""

    person_id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmRow:
    """One valid film of a source."""

    tconst: str
    primary_title: str
    original_title: str
    start_year: int
    runtime_min: int | None
    genres: tuple[str, ...]
    average_rating: float
    num_votes: int
    directors: tuple[Person, ...] = ()
    writers: tuple[Person, ...] = ()
    cast: tuple[Person, ...] = ()


def fingerprint_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises
    ------
    FilmFileError
        If the file cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise FilmFileError(f"The film file {path} cannot be read: {_why(error)}.") from error


def read_rows(path: Path) -> Iterator[tuple[float, FilmRow]]:
    """Yield the file's films in its order, each with the part of the file read so far (0 to 1).

    Parameters
    ----------
    path
        CSV in UTF-8 with a header that has the bundled columns (see ``data/README.md``), plain
        or gzipped; other columns are ignored.

    Raises
    ------
    FilmFileError
        If the file cannot be read, lacks a column, holds no film, or has a row that is wrong;
        the message names file and line.
    """
    try:
        size = max(path.stat().st_size, 1)
        with path.open("rb") as raw:
            zipped = raw.read(2) == _GZIP_MAGIC
            raw.seek(0)
            data = gzip.GzipFile(fileobj=raw) if zipped else raw
            with io.TextIOWrapper(data, encoding="utf-8-sig", newline="") as text:
                for row in _checked_rows(path.name, text):
                    yield min(raw.tell() / size, 1.0), row
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FilmFileError(f"The film file {path} is damaged: {error}.") from error
    except OSError as error:
        raise FilmFileError(f"The film file {path} cannot be read: {_why(error)}.") from error
    except UnicodeDecodeError as error:
        raise FilmFileError(f"The film file {path} is not in UTF-8.") from error


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _checked_rows(name: str, text: io.TextIOWrapper) -> Iterator[FilmRow]:
    reader = csv.DictReader(text)
    seen: dict[str, int] = {}
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise FilmFileError(f"{name} lacks these columns: {', '.join(missing)}.")
        for row in reader:
            film = _Line(name, reader.line_num, row).film()
            if film.tconst in seen:
                raise FilmFileError(
                    f"{name}, line {reader.line_num}: {film.tconst} is there twice, "
                    f"first in line {seen[film.tconst]}."
                )
            seen[film.tconst] = reader.line_num
            yield film
    except csv.Error as error:
        raise FilmFileError(f"{name}, line {reader.line_num}: {error}.") from error
    if not seen:
        raise FilmFileError(f"{name} holds no films.")


class _Line:
    """One line being read; every complaint names the file and the line."""

    def __init__(self, file: str, number: int, row: dict[str, str]) -> None:
        self._place = f"{file}, line {number}"
        if any(row[column] is None for column in COLUMNS):
            raise self._refusal("fewer fields than the header")
        self._row = {column: strip_invisible(row[column]).strip() for column in COLUMNS}

    def film(self) -> FilmRow:
        row = self._row
        if not _TCONST.fullmatch(row["tconst"]) or not row["tconst"].isascii():
            raise self._refusal(
                f"tconst is {row['tconst'][:40]!r}; it should be tt and seven digits or more"
            )
        if not row["primaryTitle"]:
            raise self._refusal("there is no primaryTitle")
        return FilmRow(
            tconst=row["tconst"],
            primary_title=row["primaryTitle"],
            original_title=row["originalTitle"] or row["primaryTitle"],
            start_year=self._whole("startYear", 1870, 2100),
            runtime_min=(
                None if row["runtimeMinutes"] in _NONE else self._whole("runtimeMinutes", 1, 60_000)
            ),
            genres=self._names("genres"),
            average_rating=self._rating(),
            num_votes=self._whole("numVotes", 0, _MOST_VOTES),
            directors=self._people("directors"),
            writers=self._people("writers"),
            cast=self._people("cast"),
        )

    def _whole(self, column: str, lowest: int, highest: int) -> int:
        raw = self._row[column]
        if raw.isascii() and raw.isdigit() and len(raw) < 16 and lowest <= int(raw) <= highest:
            return int(raw)
        raise self._refusal(
            f"{column} is {raw[:40]!r}; it should be a whole number from {lowest} to {highest}"
        )

    def _rating(self) -> float:
        raw = self._row["averageRating"]
        if re.fullmatch(r"\d{1,2}(\.\d{1,9})?", raw) and raw.isascii() and float(raw) <= 10:
            return float(raw)
        raise self._refusal(f"averageRating is {raw[:40]!r}; it should be a number from 0 to 10")

    def _names(self, column: str) -> tuple[str, ...]:
        raw = self._row[column]
        if raw in _NONE:
            return ()
        return tuple(dict.fromkeys(filter(None, map(str.strip, raw.split("|")))))

    def _people(self, column: str) -> tuple[Person, ...]:
        return tuple([Person(person_id=name, name=name) for name in self._names(column)])

    def _refusal(self, why: str) -> FilmFileError:
        return FilmFileError(f"{self._place}: {why}.")
