"""A history is previewed, imported and exported, on the bundled films."""

from __future__ import annotations

import csv
import io
import itertools
import random
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.entities import Film, InteractionKind
from recommender.errors import HistoryFileError
from recommender.service import (
    PERSONAS,
    HistoryPreview,
    Marquee,
    export_history,
    find_applied_persona,
    plan_history,
    preview_history,
)
from recommender.settings import load_settings
from recommender.users import EXPORT_FORMATS, HistoryFormat, ImportRow, new_token

HEAT, ALIEN, CRASH_1996 = "tt0113277", "tt0078748", "tt0115964"
LIKE, SEEN, WATCHLIST = InteractionKind.LIKE, InteractionKind.SEEN, InteractionKind.WATCHLIST
NOW = datetime(2026, 5, 1, tzinfo=UTC)
Labels = dict[tuple[str, int | None], str]
RATINGS = "Date,Name,Year,Letterboxd URI,Rating\n"


@pytest.fixture(scope="module")
def marquee(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marquee]:
    folder = tmp_path_factory.mktemp("history") / "data"
    shutil.copytree(data_dir, folder)
    opened = Marquee(load_settings({"MARQUEE_DATA_DIR": str(folder)}))
    yield opened
    opened.close()


@pytest.fixture
def user_id(marquee: Marquee) -> int:
    return marquee.people.open_guest(new_token()).user_id


def look(marquee: Marquee, text: str, name: str = "ratings.csv") -> HistoryPreview:
    return preview_history(marquee, [(name, text.encode())])


def plan(
    preview: HistoryPreview,
    *,
    threshold: float | None = None,
    listed_as: InteractionKind = WATCHLIST,
    chosen: dict[int, str] | None = None,
) -> list[ImportRow]:
    return plan_history(
        preview,
        threshold=threshold or preview.threshold,
        listed_as=listed_as,
        chosen=chosen or {},
        now=NOW,
    )


def kinds(rows: list[ImportRow]) -> dict[tuple[str, InteractionKind], datetime]:
    return {(tconst, kind): at for tconst, kind, at in rows}


def noisy(film: Film, rng: random.Random) -> tuple[str, int]:
    """A film as another service may write it."""
    title, year = film.primary_title, film.start_year
    if rng.random() < 0.05:
        year += rng.choice((-1, 1))
    kind = rng.random()
    if kind < 0.05:
        title = film.original_title
    elif kind < 0.10:
        title = title.replace("'", "\u2019").replace(" - ", " \u2013 ").replace("...", "\u2026")
    elif kind < 0.14:
        title = title.replace("&", "and").replace("-", " ").replace("\u00b7", "-")
    elif kind < 0.16:
        title = title.upper()
    elif kind < 0.17:
        title = title.removeprefix("The ")
    return title, year


def letterboxd_export(films: list[Film], rng: random.Random) -> tuple[bytes, Labels]:
    """A zip as Letterboxd makes it, and which film each name and year in it stands for."""
    file, tables = io.BytesIO(), {"ratings.csv": RATINGS}
    labels: Labels = {}
    tables["likes/films.csv"] = tables["watched.csv"] = "Date,Name,Year,Letterboxd URI\n"
    moment = date(2015, 1, 1)
    for number, film in enumerate(films):
        title, year = noisy(film, rng)
        labels[title, year] = film.tconst
        moment += timedelta(days=rng.randrange(3))
        row = io.StringIO()
        csv.writer(row).writerow([moment, title, year, f"https://boxd.it/{number}"])
        line = row.getvalue().strip()
        tables["watched.csv"] += f"{line}\n"
        if rng.random() < 0.8:
            tables["ratings.csv"] += f"{line},{rng.randrange(1, 11) / 2}\n"
        if rng.random() < 0.2:
            tables["likes/films.csv"] += f"{line}\n"
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in tables.items():
            archive.writestr(name, text)
    return file.getvalue(), labels


def test_letterboxd_export_of_1500_films_is_imported(marquee: Marquee) -> None:
    rng = random.Random(7)  # noqa: S311
    popular = marquee.catalogue.list_popular(limit=500)
    others = [marquee.catalogue.search("", limit=500, offset=n).films for n in (500, 3000, 8000)]
    films = [*popular, *(film for page in others for film in page)]
    picked = rng.sample(films, 1500)
    data, labels = letterboxd_export(picked, rng)
    reported: list[float] = []
    preview = preview_history(
        marquee, [("letterboxd.zip", data)], progress=lambda part, _: reported.append(part)
    )
    right = {
        film.film.tconst
        for film in preview.matched
        if film.film and labels[film.entries[0].title, film.entries[0].year] == film.film.tconst
    }
    assert len(right) == len(preview.matched)  # not one wrong
    assert len(right) >= 0.9 * len({film.tconst for film in picked})
    assert reported == sorted(reported)
    assert reported[-1] == 1.0


def test_preview_has_counts_reasons_and_choices(marquee: Marquee) -> None:
    preview = look(
        marquee,
        RATINGS + "2021-03-04,Heat,1995,x,4.5\n2021-03-05,Solaris,,x,5\n"
        "2021-03-05,No Such Film,1990,x,5\n",
    )
    assert [film.label for film in preview.matched] == ["Heat (1995)"]
    assert [film.label for film in preview.ambiguous] == ["Solaris"]
    assert [film.reason for film in preview.unmatched] == [
        "No film of this title is in this catalogue."
    ]
    assert preview.has_ratings
    assert not preview.has_list


def test_ratings_from_the_threshold_become_likes(marquee: Marquee) -> None:
    text = RATINGS + "2021-03-04,Heat,1995,x,4\n2021-03-05,Alien,1979,x,3.5\n"
    preview = look(marquee, text)
    day = datetime(2021, 3, 4, tzinfo=UTC)
    assert kinds(plan(preview)) == {(HEAT, LIKE): day, (ALIEN, SEEN): day + timedelta(days=1)}
    assert {kind for _, kind, _ in plan(preview, threshold=3.5)} == {LIKE}
    assert {kind for _, kind, _ in plan(preview, threshold=5)} == {SEEN}
    ten = look(marquee, "Const,Your Rating,Date Rated,Title Type\ntt0113277,7,2021-03-04,Movie\n")
    assert {kind for _, kind, _ in plan(ten)} == {LIKE}


def test_liked_film_is_not_imported_as_seen_too(marquee: Marquee) -> None:
    preview = preview_history(
        marquee,
        [
            ("watched.csv", b"Date,Name,Year,Letterboxd URI\n2021-03-04,Heat,1995,x\n"),
            ("ratings.csv", (RATINGS + "2021-03-04,Heat,1995,x,1\n").encode()),
            ("films.csv", b"Date,Name,Year,Letterboxd URI\n2021-03-06,Heat,1995,x\n"),
        ],
    )
    assert len(preview.matched) == 1
    assert kinds(plan(preview)) == {(HEAT, LIKE): datetime(2021, 3, 6, tzinfo=UTC)}


def test_films_of_a_list_get_the_chosen_kind(marquee: Marquee) -> None:
    preview = look(marquee, "Position,Name,Year,URL\n1,Heat,1995,x\n", "my-list.csv")
    assert preview.has_list
    for kind in (LIKE, SEEN, WATCHLIST):
        assert [row[1] for row in plan(preview, listed_as=kind)] == [kind]


def test_film_outside_the_choices_is_refused(marquee: Marquee) -> None:
    preview = look(marquee, RATINGS + "2021-03-05,Crash,,x,5\n")
    assert plan(preview) == []
    assert [row[0] for row in plan(preview, chosen={0: CRASH_1996})] == [CRASH_1996]
    with pytest.raises(ValueError, match="not one of the choices"):
        plan(preview, chosen={0: HEAT})


def test_less_exact_of_two_names_for_one_film_is_ambiguous(marquee: Marquee) -> None:
    preview = look(
        marquee,
        RATINGS + "2021-03-05,The Shawshank Redemption,1994,x,5\n"
        "2021-03-05,The Shawshank Redemption,1995,x,1\n",
    )
    assert [film.label for film in preview.matched] == ["The Shawshank Redemption (1994)"]
    assert [film.label for film in preview.ambiguous] == ["The Shawshank Redemption (1995)"]


def test_likes_of_one_day_keep_their_order_and_are_no_persona(
    marquee: Marquee, user_id: int
) -> None:
    persona = PERSONAS[0]
    lines = [f"{tconst},9,2021-03-04,Movie" for tconst in persona.likes]
    for date_column in ("Date Rated", "Created"):
        header = f"Const,Your Rating,{date_column},Title Type"
        rows = plan(look(marquee, "\n".join([header, *lines])))
        assert [row[0] for row in rows] == list(persona.likes)
        assert all(b[2] > a[2] for a, b in itertools.pairwise(rows))
    undated = plan(look(marquee, "\n".join(["Const,Your Rating", *lines])))
    assert [row[0] for row in undated] == list(persona.likes)
    assert all(at < NOW for _, _, at in undated)
    marquee.people.imports.write(user_id, rows, source="x")
    assert find_applied_persona(marquee.people.list_interactions(user_id)) is None


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_exported_history_is_imported_again(
    marquee: Marquee, user_id: int, form: HistoryFormat
) -> None:
    people = marquee.people
    said = [(HEAT, LIKE), (ALIEN, LIKE), (CRASH_1996, SEEN), ("tt0068646", WATCHLIST)]
    people.set_interactions(user_id, [(tconst, kind, True) for tconst, kind in said])
    export = export_history(marquee, user_id, form)
    rows = plan_history(
        preview := preview_history(marquee, [(export.name, export.data)]),
        threshold=preview.threshold, listed_as=LIKE, chosen={},
    )  # fmt: skip
    other = people.open_guest(new_token()).user_id
    people.imports.write(other, rows, source=preview.source.value)
    likes_only = form is HistoryFormat.MOVIELENS
    assert people.load_profile(other, limit=9).likes == (ALIEN, HEAT)
    assert people.kinds_by_film(other).keys() == {
        t for t, kind in said if kind is LIKE or not likes_only
    }
    before = people.list_interactions(user_id)
    assert people.imports.write(user_id, rows, source="x").added == 0
    assert people.list_interactions(user_id) == before


LINES = st.lists(
    st.tuples(
        st.sampled_from(["Heat", "Alien", "Crash", "The Kid", "=1+1", "<b>", "", "Solaris", "\0"]),
        st.sampled_from(["1995", "1979", "1996", "2004", "1921", "0", "", "x"]),
        st.sampled_from(["tt0113277", "tt9999999", "", "tt", "0078748"]),
        st.sampled_from(["5", "0.5", "10", "", "nan", "-1"]),
        st.sampled_from(["2021-03-04", "9999-01-01", "", "31/12/2020"]),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, name=st.sampled_from(["ratings.csv", "watchlist.csv", "x.csv"]))
def test_import_writes_only_films_that_the_file_names(
    marquee: Marquee, lines: list[tuple[str, ...]], name: str
) -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["Title", "Year", "imdbID", "Rating", "WatchedDate"])
    writer.writerows(lines)
    try:
        preview = look(marquee, file.getvalue(), name)
    except HistoryFileError:
        return
    user = marquee.people.open_guest(new_token()).user_id
    rows = plan(preview)
    marquee.people.imports.write(user, rows, source="x")
    ids = {"tt0113277", "tt9999999", "0078748"}  # "tt" is none: then the title counts
    named = {f"tt{i.removeprefix('tt'):0>7}" for _, _, i, _, _ in lines if i in ids}
    titled = {(title, year) for title, year, i, _, _ in lines if i not in ids}
    for film in marquee.films(list(marquee.people.kinds_by_film(user))):
        by_title = (film.primary_title, str(film.start_year)) in titled
        assert film.tconst in named or by_title
