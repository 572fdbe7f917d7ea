"""Compile the bundled catalogue from a wider table of films: choose, repair, check, write.

    python data/compile_catalogue.py SOURCE.csv[.gz] [-o data/films.csv.gz]

SOURCE has the bundled columns (more are ignored). The same source gives the same bytes. Which
films are left out by hand and which facts are corrected is in ``catalogue_repairs.py``.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from catalogue_repairs import CORRECTIONS, LEFT_OUT, MASTERS, NOT_A_PERSON, ONE_NAME

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
# fmt: off
GENRES = frozenset((
    "Action", "Adventure", "Animation", "Biography", "Comedy", "Crime", "Documentary", "Drama",
    "Family", "Fantasy", "Film-Noir", "History", "Horror", "Music", "Musical", "Mystery",
    "Romance", "Sci-Fi", "Sport", "Thriller", "War", "Western",
))
# fmt: on
FILMS = 9_800  # of the 8,000 to 10,000 asked for
RECENT_YEAR, RECENT_VOTES = 2023, 5_000
SHORTEST_MIN, LONGEST_MIN = 40, 480  # 40: the Academy's minimum of a feature film
MOST_GENRES, MOST_WRITERS, MOST_CAST = 3, 6, 10
FEWEST_CAST = 3
PEOPLE = ("directors", "writers", "cast")

Row = dict[str, str]


def read_source(path: Path) -> list[Row]:
    """Return the rows of the source with our corrections."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        rows = [{name: (row[name] or "").strip() for name in COLUMNS} for row in _reader(file)]
    for row in rows:
        row.update(CORRECTIONS.get(row["tconst"], {}))
    return rows


def _reader(file: Iterable[str]) -> csv.DictReader[str]:
    reader = csv.DictReader(file)
    missing = set(COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise SystemExit(f"The source lacks these columns: {', '.join(sorted(missing))}.")
    return reader


def repair(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows with IMDb's genres, tidy lists of people and whole numbers."""
    rows = list(rows)
    for row in rows:
        genres = [genre for genre in row["genres"].split("|") if genre in GENRES]
        # Sources with more than three genres list the main ones first.
        row["genres"] = "|".join(sorted(dict.fromkeys(genres[:MOST_GENRES])))
        row["runtimeMinutes"] = row["runtimeMinutes"].removesuffix(".0")
        for column in PEOPLE:
            names = (" ".join(name.split()) for name in row[column].split("|"))
            row[column] = "|".join(
                dict.fromkeys(ONE_NAME.get(n, n) for n in names if n and n not in NOT_A_PERSON)
            )
    spelling = usual_spelling(rows)
    for row in rows:
        for column in PEOPLE:
            names = [spelling[fold(name)] for name in row[column].split("|") if name]
            row[column] = "|".join(dict.fromkeys(names))
        row["writers"] = "|".join(row["writers"].split("|")[:MOST_WRITERS])
        row["cast"] = "|".join(row["cast"].split("|")[:MOST_CAST])
        yield row


def fold(name: str) -> str:
    """Return a name without case, accents and punctuation, to compare spellings."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"\W+", " ", kept).strip() or name


def usual_spelling(rows: Iterable[Row]) -> dict[str, str]:
    """Return the most frequent spelling per folded name (``Miloš`` and ``Milos`` are one)."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for column in PEOPLE:
            for name in filter(None, row[column].split("|")):
                counts[fold(name)][name] += 1
    return {key: min(c, key=lambda name: (-c[name], name)) for key, c in counts.items()}


def is_feature(row: Row) -> bool:
    """Return whether the row is a feature film with the required facts."""
    runtime = row["runtimeMinutes"]
    return (
        row["tconst"] not in LEFT_OUT
        and bool(re.fullmatch(r"tt\d{7,}", row["tconst"]))
        and bool(row["genres"] and row["directors"])
        and row["cast"].count("|") + 1 >= FEWEST_CAST
        and runtime.isdigit()
        and SHORTEST_MIN <= int(runtime) <= LONGEST_MIN
    )


def choose(rows: Iterable[Row]) -> list[Row]:
    """Return the films to bundle, most votes first, no title and year twice.

    Recent films and those of the directors a film lover looks for come in with fewer votes.
    """
    by_votes = sorted(rows, key=lambda row: (-int(row["numVotes"]), row["tconst"]))
    seen: set[str] = set()
    films = []
    for row in by_votes:
        names = {row["tconst"], f"{fold(row['primaryTitle'])} {row['startYear']}"}
        if not names & seen:
            films.append(row)
            seen |= names
    wanted = [row for row in films if is_wanted(row)]
    rest = [row for row in films if not is_wanted(row)]
    chosen = wanted + rest[: FILMS - len(wanted)]
    return sorted(chosen, key=lambda row: (-int(row["numVotes"]), row["tconst"]))


def is_wanted(row: Row) -> bool:
    """Return whether a film is included regardless of its votes."""
    recent = int(row["startYear"]) >= RECENT_YEAR and int(row["numVotes"]) >= RECENT_VOTES
    return recent or not MASTERS.isdisjoint(row["directors"].split("|"))


def write(rows: Iterable[Row], target: Path) -> None:
    """Write the films without a time or file name in the gzip header."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    target.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


def main(arguments: list[str] | None = None) -> None:
    """Compile the file and print the number of films."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path)
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(__file__).with_name("films.csv.gz")
    )
    options = parser.parse_args(arguments)
    rows = read_source(options.source)
    films = choose(row for row in repair(rows) if is_feature(row))
    write(films, options.output)
    sys.stdout.write(f"{len(films):,} films of {len(rows):,} written to {options.output}.\n")


if __name__ == "__main__":
    main()
