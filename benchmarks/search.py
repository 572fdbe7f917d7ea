"""Time search by kind of query, beside simpler ways to search: ``python benchmarks/search.py``.

Every query is answered by each contender in the same run and the same round, one right after the
other, so that a busy moment hits all of them. All give at most 40 films with the same columns.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import format_table, percentile, time_ms
from recommender.catalogue import Catalogue, Filters, Sort, build_catalogue
from recommender.settings import load_settings

PAGE = 40
TYPED = ("the godfather", "spirited away", "heat 1995", "pulp fiction", "amelie", "nolan")
COLUMNS = (
    "tconst, primaryTitle, originalTitle, startYear, runtimeMinutes, genres, averageRating, "
    'numVotes, directors, writers, "cast"'
)


@dataclass(frozen=True, slots=True)
class Query:
    """What is typed, and the film a person means by it (tconst; empty where any will do)."""

    text: str
    meant: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE


def _letter_by_letter(titles: Sequence[str]) -> list[Query]:
    return [Query(title[: n + 1]) for title in titles for n in range(len(title))]


KINDS: dict[str, list[Query]] = {
    "1 letter": [Query(letter) for letter in "abcdefghijklmnopqrstuvwxyz"],
    "2 letters": [Query(two) for two in ("th", "go", "ma", "in", "st", "al", "re", "lo", "ba")],
    "3 letters and more": [
        Query(begun) for begun in ("god", "star", "incep", "spirit", "aveng", "matr", "casab")
    ],
    "letter by letter": _letter_by_letter(TYPED),
    "title": [
        Query("the godfather", "tt0068646"),
        Query("pulp fiction", "tt0110912"),
        Query("casablanca", "tt0034583"),
        Query("star wars", "tt0076759"),
        Query("spirited away", "tt0245429"),
        Query("the dark knight", "tt0468569"),
        Query("amelie", "tt0211915"),
    ],
    "person": [
        Query("christopher nolan", "tt0468569"),
        Query("nolan", "tt0468569"),
        Query("hayao miyazaki", "tt0245429"),
        Query("kurosawa", "tt0047478"),
        Query("sigourney weaver", "tt0499549"),
    ],
    "title and year": [
        Query("heat 1995", "tt0113277"),
        Query("psycho 1960", "tt0054215"),
        Query("alien 1979", "tt0078748"),
        Query("king kong 1933", "tt0024216"),
        Query("dune 2021", "tt1160419"),
    ],
    "typing error": [
        Query("godfathr", "tt0068646"),
        Query("shawshenk", "tt0111161"),
        Query("pulp ficton", "tt0110912"),
        Query("inceptoin", "tt1375666"),
        Query("tarantno", "tt0110912"),
    ],
    "nothing found": [Query(text) for text in ("qqxzvvw", "zzyzzx wqpt", "xkcdvv 9999", "?!")],
    "browse with filters": [
        Query("", filters=Filters(genres=("Drama",))),
        Query("", filters=Filters(genres=("Comedy", "Crime"), all_genres=True)),
        Query("", filters=Filters(year_from=1990, year_to=1999, min_rating=7.5), sort=Sort.RATING),
        Query("", filters=Filters(max_runtime_min=95), sort=Sort.YEAR),
        Query("man", filters=Filters(genres=("Sci-Fi",), year_from=1980)),
    ],
}

Answer = list[str]
"""The films found, by tconst."""


class Marquee:
    """What the search page asks."""

    name = "Marquee"

    def __init__(self, path: Path) -> None:
        self._catalogue = Catalogue(path)

    def search(self, query: Query) -> Answer:
        """Return the films of the first page."""
        page = self._catalogue.search(
            query.text, filters=query.filters, sort=query.sort, limit=PAGE
        )
        return [film.tconst for film in page.films]

    def close(self) -> None:
        """Let go of the file."""
        self._catalogue.close()


class Like:
    """A plain ``LIKE '%q%'`` over titles, the films with most votes first."""

    name = "LIKE"

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)

    def search(self, query: Query) -> Answer:
        """Return the films of the first page; LIKE knows no filter of its own, so SQL adds them."""
        conditions, values = conditions_of(query.filters)
        wanted = " AND ".join(["f.primaryTitle LIKE :text ESCAPE '!'", *conditions])
        text = query.text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        rows = self._db.execute(
            f"SELECT {COLUMNS} FROM films f WHERE {wanted} ORDER BY numVotes DESC LIMIT {PAGE}",
            values | {"text": f"%{text}%"},
        ).fetchall()
        return [row[0] for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


class Pandas:
    """``str.contains`` over the titles of a table in memory, the films with most votes first."""

    name = "pandas"

    def __init__(self, path: Path) -> None:
        db = sqlite3.connect(path)
        self._films = pd.read_sql(f"SELECT {COLUMNS} FROM films ORDER BY numVotes DESC", db)
        db.close()

    def search(self, query: Query) -> Answer:
        """Return the films of the first page."""
        films = self._films
        if query.text:
            found = films["primaryTitle"].str.contains(query.text, case=False, regex=False)
            films = films[found]
        films = self._narrow(films, query.filters)
        return [str(row["tconst"]) for row in films.head(PAGE).to_dict("records")]

    @staticmethod
    def _narrow(films: pd.DataFrame, filters: Filters) -> pd.DataFrame:
        if filters.genres:
            parts = films["genres"].str.split("|")
            combine = all if filters.all_genres else any
            wanted = filters.genres
            films = films[parts.map(lambda genres: combine(name in genres for name in wanted))]
        if filters.year_from is not None:
            films = films[films["startYear"] >= filters.year_from]
        if filters.year_to is not None:
            films = films[films["startYear"] <= filters.year_to]
        if filters.min_rating is not None:
            films = films[films["averageRating"] >= filters.min_rating]
        if filters.max_runtime_min is not None:
            films = films[films["runtimeMinutes"] <= filters.max_runtime_min]
        return films

    def close(self) -> None:
        """Nothing to let go of."""


def conditions_of(filters: Filters) -> tuple[list[str], dict[str, object]]:
    """Return the filters as SQL on table ``f`` (films), and the values they name."""
    limits = {
        "year_from": ("f.startYear >=", filters.year_from),
        "year_to": ("f.startYear <=", filters.year_to),
        "min_rating": ("f.averageRating >=", filters.min_rating),
        "max_runtime": ("f.runtimeMinutes <=", filters.max_runtime_min),
    }
    told = {name: limit for name, limit in limits.items() if limit[1] is not None}
    parts = [f"{condition} :{name}" for name, (condition, _) in told.items()]
    values: dict[str, object] = {name: limit for name, (_, limit) in told.items()}
    having = "'|' || f.genres || '|' LIKE '%|' || :genre{} || '|%'"
    genres = [having.format(n) for n in range(len(filters.genres))]
    values |= {f"genre{n}": genre for n, genre in enumerate(filters.genres)}
    joined = (" AND " if filters.all_genres else " OR ").join(genres)
    return [*parts, f"({joined})"] if joined else parts, values


class Fts5:
    """FTS5 as it comes: one table of titles, MATCH with the last word begun, best by bm25."""

    name = "FTS5 bm25"

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("ATTACH ? AS facts", [str(path)])
        self._db.execute(f"CREATE TABLE films AS SELECT film, {COLUMNS} FROM facts.films")
        self._db.execute("CREATE UNIQUE INDEX films_film ON films (film)")
        self._db.execute(
            "CREATE VIRTUAL TABLE titles USING fts5("
            "primaryTitle, originalTitle, content='films', content_rowid='film', prefix='1 2 3')"
        )
        self._db.execute("INSERT INTO titles (titles) VALUES ('rebuild')")

    def search(self, query: Query) -> Answer:
        """Return the films of the first page."""
        conditions, values = conditions_of(query.filters)
        words = ['"' + word.replace('"', '""') + '"' for word in query.text.split()]
        source, order = "films f", "numVotes DESC"
        if words:
            source = "titles t JOIN films f ON f.film = t.rowid"
            order = "bm25(titles)"
            conditions = ["titles MATCH :words", *conditions]
        columns = ", ".join(f"f.{name.strip()}" for name in COLUMNS.split(","))
        rows = self._db.execute(
            f"SELECT {columns} FROM {source} WHERE {' AND '.join(conditions) or '1'} "
            f"ORDER BY {order} LIMIT {PAGE}",
            values | {"words": " ".join(words) + " *"},
        ).fetchall()
        return [row[0] for row in rows]

    def close(self) -> None:
        """Let go of the table."""
        self._db.close()


Contender = Marquee | Like | Pandas | Fts5


@contextmanager
def open_contenders(facts: Path) -> Iterator[list[Contender]]:
    """Build the catalogue in a folder of its own and open it for everybody."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.db"
        build_catalogue(facts, path)
        contenders: list[Contender] = [kind(path) for kind in (Marquee, Like, Pandas, Fts5)]
        try:
            yield contenders
        finally:
            for contender in contenders:
                contender.close()


def time_kind(
    contenders: Sequence[Contender], queries: Sequence[Query], repeat: int
) -> dict[str, list[float]]:
    """Return every contender's times, in milliseconds, each query once a round.

    The first round warms up and is not counted.
    """
    taken: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for number in range(repeat + 1):
        for query in queries:
            for contender in contenders:
                spent = time_ms(_bind(contender, query))
                if number:
                    taken[contender.name].append(spent)
    return taken


def _bind(contender: Contender, query: Query) -> Callable[[], object]:
    return lambda: contender.search(query)


def count_first(contender: Contender, queries: Sequence[Query]) -> str:
    """Return for how many of the queries that mean a film it is the first one found."""
    asked = [query for query in queries if query.meant]
    if not asked:
        return "-"
    first = sum(contender.search(query)[:1] == [query.meant] for query in asked)
    return f"{first}/{len(asked)}"


def _row(
    kind: str,
    contenders: Sequence[Contender],
    queries: Sequence[Query],
    taken: dict[str, list[float]],
) -> list[str]:
    marquee, *peers = contenders
    own, slowest = (percentile(taken[marquee.name], share) for share in (0.5, 0.95))
    row = [kind, str(len(queries)), f"{own:.2f}", f"{slowest:.2f}", count_first(marquee, queries)]
    for peer in peers:
        theirs = percentile(taken[peer.name], 0.5)
        row += [f"{theirs:.2f}", f"{theirs / own:.2f}x", count_first(peer, queries)]
    return row


def tabulate(contenders: Sequence[Contender], repeat: int) -> str:
    """Return the table: milliseconds, ratios to Marquee's median, and who finds what was meant."""
    _, *peers = contenders
    header = ["kind of query", "queries", "p50 ms", "p95 ms", "meant first"]
    for peer in peers:
        header += [f"{peer.name} p50", "ratio", "meant first"]
    rows = []
    everything: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for kind, queries in KINDS.items():
        taken = time_kind(contenders, queries, repeat)
        for name, times in taken.items():
            everything[name] += times
        rows.append(_row(kind, contenders, queries, taken))
    rows.append(
        _row(
            "all of these",
            contenders,
            [query for queries in KINDS.values() for query in queries],
            everything,
        )
    )
    return format_table(header, rows)


def main() -> None:
    """Read the command line, measure, and print the table."""
    parser = argparse.ArgumentParser(description="Time search by kind of query, beside peers.")
    parser.add_argument("--repeat", type=int, default=10, help="rounds counted (default 10)")
    parser.add_argument(
        "--catalogue",
        type=Path,
        default=load_settings({}).catalogue_file,
        help="films to search, .csv or .csv.gz (default: the bundled ones)",
    )
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error("--repeat is at least 1")
    with open_contenders(options.catalogue) as contenders:
        print(tabulate(contenders, options.repeat))
    print("\nratio: the peer's median to Marquee's; above 1 Marquee is faster.")
    print("meant first: of the queries that mean one film, those that have it at the top.")


if __name__ == "__main__":
    main()
