r"""Schemas of IMDb's five files, validation and repair of rows.

The format is UTF-8 with a header, tabs between fields, ``\N`` for null, and no quoting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NULL = "\\N"
MOST_DIGITS = 10


class Kind(StrEnum):
    """Type of a column."""

    TITLE = "tt"
    PERSON = "nm"
    PEOPLE = "people"
    WHOLE = "whole"
    DECIMAL = "decimal"
    TEXT = "text"
    WORD = "word"


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSchema:
    """Schema of a file.

    Attributes
    ----------
    name
        File name without ``.tsv.gz``.
    header
        Columns of IMDb; a file may have them in another order.
    columns
        Types of the columns to read; the first is the key.
    """

    name: str
    header: tuple[str, ...]
    columns: dict[str, Kind]

    @property
    def key(self) -> str:
        """Column by which rows are filtered."""
        return next(iter(self.columns))

    @property
    def file_name(self) -> str:
        """Name of the published file."""
        return f"{self.name}.tsv.gz"


RATINGS = FileSchema(
    name="title.ratings",
    header=("tconst", "averageRating", "numVotes"),
    columns={"tconst": Kind.TITLE, "averageRating": Kind.DECIMAL, "numVotes": Kind.WHOLE},
)
BASICS = FileSchema(
    name="title.basics",
    header=(
        *("tconst", "titleType", "primaryTitle", "originalTitle", "isAdult"),
        *("startYear", "endYear", "runtimeMinutes", "genres"),
    ),
    columns={
        "tconst": Kind.TITLE,
        "titleType": Kind.WORD,
        "primaryTitle": Kind.TEXT,
        "originalTitle": Kind.TEXT,
        "isAdult": Kind.WHOLE,
        "startYear": Kind.WHOLE,
        "runtimeMinutes": Kind.WHOLE,
        "genres": Kind.WORD,
    },
)
CREW = FileSchema(
    name="title.crew",
    header=("tconst", "directors", "writers"),
    columns={"tconst": Kind.TITLE, "directors": Kind.PEOPLE, "writers": Kind.PEOPLE},
)
PRINCIPALS = FileSchema(
    name="title.principals",
    header=("tconst", "ordering", "nconst", "category", "job", "characters"),
    columns={
        "tconst": Kind.TITLE,
        "ordering": Kind.WHOLE,
        "nconst": Kind.PERSON,
        "category": Kind.WORD,
    },
)
NAMES = FileSchema(
    name="name.basics",
    header=(
        *("nconst", "primaryName", "birthYear", "deathYear"),
        *("primaryProfession", "knownForTitles"),
    ),
    columns={"nconst": Kind.PERSON, "primaryName": Kind.TEXT},
)
FILE_SCHEMAS = (RATINGS, BASICS, CREW, PRINCIPALS, NAMES)
"""In reading order."""

_WHOLE = re.compile(r"\d{1,15}")
_DECIMAL = re.compile(r"10(\.0{1,9})?|\d(\.\d{1,9})?")
_PATTERNS = {
    Kind.TITLE: re.compile(rf"tt\d{{7,{MOST_DIGITS}}}"),
    Kind.PERSON: re.compile(rf"nm\d{{7,{MOST_DIGITS}}}"),
    Kind.PEOPLE: re.compile(rf"nm\d{{7,{MOST_DIGITS}}}(,nm\d{{7,{MOST_DIGITS}}})*"),
    Kind.WHOLE: _WHOLE,
    Kind.DECIMAL: _DECIMAL,
}
_MEANT = {
    Kind.TITLE: "tt and seven digits or more",
    Kind.PERSON: "nm and seven digits or more",
    Kind.PEOPLE: "ids of people with commas between them",
    Kind.WHOLE: "a whole number",
    Kind.DECIMAL: "a number from 0 to 10",
}
_ALWAYS = frozenset({Kind.TITLE, Kind.PERSON})
_TYPE = re.compile(r"[A-Za-z]+")
_NUMBER_OR_NULL = re.compile(r"\d{1,15}|\\N")


def field_fault(name: str, kind: Kind, text: str) -> str:
    """Return the fault of a field, empty when it is valid."""
    if text == NULL and kind not in _ALWAYS:
        return ""
    pattern = _PATTERNS.get(kind)
    if pattern is None or (pattern.fullmatch(text) and text.isascii()):
        return ""
    return f"{name} is {text[:40]!r}; it should be {_MEANT[kind]}"


def repair_row(shape: FileSchema, header: Sequence[str], fields: list[str]) -> list[str] | None:
    """Return a repaired row, None when no repair is certain.

    Known faults are a lost tab between title and original title, and missing null fields at the
    end of a line.

    Parameters
    ----------
    shape
        Schema of the file.
    header
        Columns of the file in order.
    fields
        Fields of the row, fewer than in the header.
    """
    missing = len(header) - len(fields)
    if shape is BASICS and missing == 1 and tuple(header) == shape.header:
        type_, title, *rest = fields[1:]
        if _TYPE.fullmatch(type_) and _is_tail_of_basics(rest):
            return [fields[0], type_, title, title, *rest]
    if 0 < missing <= 2 and len(fields) > 1:
        mended = [*fields, *[NULL] * missing]
        if not row_fault(shape, header, mended):
            return mended
    return None


def _is_tail_of_basics(rest: Sequence[str]) -> bool:
    adult, year, end, minutes, _ = rest if len(rest) == 5 else [""] * 5
    return adult in {"0", "1"} and all(map(_NUMBER_OR_NULL.fullmatch, (year, end, minutes)))


def row_fault(shape: FileSchema, header: Sequence[str], fields: Sequence[str]) -> str:
    """Return the first fault of a row, empty when it is valid."""
    by_name = dict(zip(header, fields, strict=True))
    for name, kind in shape.columns.items():
        if fault := field_fault(name, kind, by_name[name]):
            return fault
    return ""
