"""Fuzz searches and import files: count exceptions and wrong writes.

Searches are drawn from words of the catalogue, mutated, and from what search engines and SQL mean
something by. Files are real exports of Letterboxd, IMDb, MovieLens and Marquee, and zips of them,
with lines, cells, bytes and archives spoilt. A file may be refused in plain words; anything else
it raises is a failure, and so is a row of anybody else that is not as it was. The API is fuzzed by
``MARQUEE_API_CASES=5000 pytest -n 0 tests/server/api/test_schemathesis.py -s``.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.measure import format_table
from benchmarks.spoilt_files import SPOILERS, build_base_files, pack
from recommender.catalogue import Filters, Sort
from recommender.entities import InteractionKind
from recommender.errors import HistoryFileError
from recommender.service import Marquee, plan_history, preview_history
from recommender.settings import load_settings
from recommender.users import new_token

LISTED_AS = InteractionKind.WATCHLIST
Rows = dict[str, list[tuple[Any, ...]]]

_MEANT = [
    *(
        '"',
        "'",
        "*",
        "^",
        "-",
        "(",
        ")",
        "{",
        "}",
        ":",
        "NEAR(",
        "AND",
        "OR",
        "NOT",
        "\\",
        "%",
        "_",
    ),
    *(
        "--",
        ";",
        "title:",
        "x'00'",
        "\x00",
        "\u202e",
        "\u200b",
        "\ud800",
        "😀",
        "İ",
        "ß",
        "ﬁ",
        "\uff48",
    ),
    *(
        "1995",
        "1995-",
        "90s",
        "0",
        "99999999999999999999",
        "-1",
        "tt0113277",
        "drama",
        "é",
        "e\u0301",
    ),
    *("<script>alert(1)</script>", "{{7*7}}", "../../etc/passwd", "' OR 1=1 --", "a" * 300),
]


def fuzz_searches(marquee: Marquee, *, cases: int, seed: int = 0) -> Counter[str]:
    """Search, and check that what comes back is what was asked for.

    Parameters
    ----------
    marquee
        Whose catalogue is searched.
    cases
        How many searches.
    seed
        Of the titles that are mutated.
    """
    catalogue, outcomes = marquee.catalogue, Counter[str]()
    titles = _some_words(marquee, seed)
    words = st.sampled_from([*titles, *_MEANT]) | st.text(max_size=12)
    queries = st.lists(words.flatmap(_mutated), max_size=8).map(" ".join) | st.text(max_size=250)
    years = st.none() | st.integers(-(2**70), 2**70) | st.integers(1880, 2030)
    filters = st.builds(
        Filters,
        genres=st.lists(st.sampled_from(["Drama", "Comedy", "no", "\x00"]), max_size=3).map(tuple),
        all_genres=st.booleans(),
        year_from=years,
        year_to=years,
        min_rating=st.none() | st.floats() | st.floats(0, 10),
        min_runtime_min=years,
        max_runtime_min=years,
    )
    numbers = st.integers(-5, 60) | st.integers(-(2**70), 2**70)

    @given(query=queries, filters=filters | st.just(Filters()), sort=st.sampled_from(Sort),
           limit=numbers, offset=st.just(0) | numbers)  # fmt: skip
    @_drawn(cases)
    def search(query: str, filters: Filters, sort: Sort, limit: int, offset: int) -> None:
        page = catalogue.search(query, filters=filters, sort=sort, limit=limit, offset=offset)
        expect(len(page.films) <= max(limit, 0), "no more than asked for")
        expect(page.total >= len(page.films), "as many as are shown, or more")
        expect(len({film.tconst for film in page.films}) == len(page.films), "no film twice")
        for film in page.films:
            expect(
                filters.year_from is None or film.start_year >= filters.year_from,
                "not before the first year",
            )
            expect(
                filters.year_to is None or film.start_year <= filters.year_to,
                "not after the last year",
            )
        outcomes["corrected" if page.corrected_to else "found" if page.films else "nothing"] += 1

    search()
    return outcomes


def fuzz_files(marquee: Marquee, *, cases: int, seed: int = 0) -> Counter[str]:
    """Import spoilt files, and check that no other user's rows change.

    Parameters
    ----------
    marquee
        Where people's data is written.
    cases
        How many files.
    seed
        Of what is spoilt.
    """
    people, outcomes = marquee.people, Counter[str]()
    bystander = people.open_guest(new_token()).user_id
    said = [(tconst, InteractionKind.LIKE, True) for tconst in _some_films(marquee, 20)]
    people.set_interactions(bystander, said)
    fuzzer = people.open_guest(new_token()).user_id
    bases = build_base_files(marquee, bystander)
    before = _rows_of_others(marquee, fuzzer)

    @given(number=st.integers(0, 2**32), base=st.sampled_from(bases),
           packed=st.sampled_from([0, 0, 0, 1]),
           hows=st.lists(st.sampled_from(SPOILERS), min_size=1, max_size=3))  # fmt: skip
    @_drawn(cases)
    def bring(
        number: int, base: tuple[str, bytes], packed: int, hows: list[Callable[..., bytes]]
    ) -> None:
        drawn = random.Random(f"{seed} {number}")  # noqa: S311 - what is spoilt, no secret
        name, data = base
        for how in hows:
            data = how(data, drawn)
        if packed:
            name, data = "export.zip", pack(name, data, drawn)
        try:
            preview = preview_history(marquee, [(name, data)])
        except HistoryFileError as error:
            expect(len(str(error)) > 20, "it says why")
            outcomes["refused"] += 1
            return
        chosen = {n: film.choices[0].tconst for n, film in enumerate(preview.ambiguous[:3])}
        rows = plan_history(
            preview, threshold=preview.threshold, listed_as=LISTED_AS, chosen=chosen
        )
        done = people.imports.write(fuzzer, rows, source=str(preview.source))
        expect(len(people.list_interactions(fuzzer)) <= len(rows), "no more than the file says")
        people.imports.undo(fuzzer, done.import_id)
        expect(people.list_interactions(fuzzer) == [], "taking it back takes back all of it")
        outcomes["read" if rows else "nothing found"] += 1

    bring()
    expect(_rows_of_others(marquee, fuzzer) == before, "everybody else's rows are as they were")
    expect(people.quick_check() == (), "the file is sound")
    return outcomes


def expect(held: bool, what: str) -> None:
    """Fail in words when something does not hold."""
    if not held:
        raise AssertionError(what)


def _drawn(cases: int) -> settings:
    return settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _mutated(word: str) -> st.SearchStrategy[str]:
    """Words as they are, and with a letter gone, doubled or changed."""
    places = st.integers(0, max(len(word) - 1, 0))
    return st.just(word) | st.builds(
        lambda place, how: word[:place] + how + word[place + 1 :],
        places,
        st.sampled_from(["", "x", word[:1] * 2, "*", '"', " ", "\u0301"]),
    )


def _some_words(marquee: Marquee, seed: int) -> list[str]:
    films = marquee.films(_some_films(marquee, 400))
    drawn = random.Random(seed)  # noqa: S311
    words = [f.primary_title for f in films] + [n for f in films for n in f.cast[:1]]
    words += [piece for word in words for piece in word.split()]
    return drawn.sample(words, min(len(words), 600))


def _some_films(marquee: Marquee, count: int) -> list[str]:
    return [film.tconst for film in marquee.catalogue.list_popular(limit=count)]


def _rows_of_others(marquee: Marquee, user_id: int) -> Rows:
    """Every row of people's data that is not this person's."""
    with closing(sqlite3.connect(marquee.settings.people_db)) as connection:
        tables = [name for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )]  # fmt: skip
        rows: Rows = {}
        for table in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            whose = f"WHERE user_id != {user_id}" if "user_id" in columns else ""
            rows[table] = connection.execute(
                f"SELECT * FROM {table} {whose} ORDER BY 1, 2"
            ).fetchall()
    return rows


def main() -> None:
    """Fuzz, and print how it went."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--searches", type=int, default=20_000)
    parser.add_argument("--files", type=int, default=1_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": folder}))
        marquee.prepare()
        rows = []
        jobs = (("searches", fuzz_searches, asked.searches), ("files", fuzz_files, asked.files))
        for what, job, cases in jobs:
            began = time.process_time()
            outcomes = job(marquee, cases=cases)
            said = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.most_common())
            rows.append(
                [what, f"{outcomes.total():,}", "0", f"{time.process_time() - began:.0f}", said]
            )
        marquee.close()
    print(format_table(["fuzzed", "cases", "exceptions", "CPU s", "outcomes"], rows))


if __name__ == "__main__":
    main()
