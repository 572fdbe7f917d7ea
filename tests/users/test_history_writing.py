"""Exports can be read again, by Marquee and by spreadsheets."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.entities import Film, Interaction, InteractionKind
from recommender.users import EXPORT_FORMATS, HistoryFormat, read_history, write_history

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
LIKE, SEEN, WATCHLIST = InteractionKind.LIKE, InteractionKind.SEEN, InteractionKind.WATCHLIST
OWN = (HistoryFormat.MARQUEE_CSV, HistoryFormat.MARQUEE_JSON)

Rows = list[tuple[Interaction, Film | None]]


def film(number: int, title: str) -> Film:
    return Film(
        tconst=f"tt{number:07d}", primary_title=title, original_title=title, start_year=1995,
        runtime_min=100, genres=("Drama",), average_rating=7.0, num_votes=10, directors=("A, B",),
    )  # fmt: skip


TITLES = st.text(
    st.one_of(st.sampled_from("=+-@',;\"\n"), st.characters(exclude_categories=["Cc", "Cs"])),
    min_size=1, max_size=12,
)  # fmt: skip


@st.composite
def export_rows(draw: st.DrawFn) -> Rows:
    """Draw interactions of a user, newest first, as from the database."""
    marks = draw(
        st.lists(
            st.tuples(st.integers(1, 12), st.sampled_from(InteractionKind)),
            unique=True,
            max_size=12,
        )
    )
    titles = draw(st.lists(TITLES, min_size=12, max_size=12))
    gaps = draw(st.lists(st.integers(1, 10**11), min_size=len(marks), max_size=len(marks)))
    moment, rows = NOW, []
    for (number, kind), gap in zip(marks, gaps, strict=True):
        moment -= timedelta(microseconds=gap)
        row = Interaction(user_id=1, tconst=f"tt{number:07d}", kind=kind, created_at=moment)
        rows.append((row, film(number, titles[number - 1]) if number % 4 else None))
    return rows


def by_kind(rows: Rows, kind: InteractionKind) -> list[str]:
    """The films of a kind, oldest first."""
    return [row.tconst for row, _ in reversed(rows) if row.kind is kind]


@settings(max_examples=60)
@given(rows=export_rows(), form=st.sampled_from(list(EXPORT_FORMATS)))
def test_exported_file_is_read_again(rows: Rows, form: HistoryFormat) -> None:
    if form in OWN:
        kept = list(InteractionKind)
    else:
        kept = [LIKE] if form is HistoryFormat.MOVIELENS else [LIKE, SEEN, WATCHLIST]
    if not any(row.kind in kept for row, _ in rows):
        return
    export = write_history(form, rows)
    history = read_history([(export.name, export.data)], now=NOW)
    assert not [entry.fault for entry in history.entries if entry.fault]
    found: dict[InteractionKind, list[str]] = {kind: [] for kind in InteractionKind}
    for entry in history.entries:
        kind = entry.kind or LIKE
        assert entry.rating is None or entry.rating >= 0.8 * history.scale
        found[kind].append(entry.tconst or "")
    likes = by_kind(rows, LIKE)
    assert found[LIKE] == likes
    if form in OWN:
        exact = {(e.tconst, e.kind, e.at) for e in history.entries}
        assert exact == {(row.tconst, row.kind, row.created_at) for row, _ in rows}
    elif form is not HistoryFormat.MOVIELENS:
        assert found[WATCHLIST] == by_kind(rows, WATCHLIST)
        seen = {tconst for tconst in by_kind(rows, SEEN) if tconst not in likes}
        assert set(found[SEEN]) - set(likes) == seen


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_exported_cells_are_no_formulas(form: HistoryFormat) -> None:
    if form is HistoryFormat.MARQUEE_JSON:
        return
    titles = ["=1+1", "+1", "-1", "@x", "\tx", "'=1", "＝1", "Heat"]  # noqa: RUF001
    rows: Rows = [
        (Interaction(user_id=1, tconst=f"tt{n:07d}", kind=kind, created_at=NOW), film(n, title))
        for n, title in enumerate(titles, 1)
        for kind in (LIKE, SEEN, WATCHLIST)
    ]
    export = write_history(form, rows)
    texts = [export.data.decode("utf-8-sig", "replace")]
    if export.name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(export.data)) as archive:
            texts = [archive.read(name).decode() for name in archive.namelist()]
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]
    assert len(cells) > 20
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r\n＝＋－＠")]  # noqa: RUF001


def test_titles_survive_export_and_import() -> None:
    titles = ["=1+1", "'=1", "''-x", "'Round Midnight", "Kid\nline", 'A "b", c']
    rows: Rows = [
        (Interaction(user_id=1, tconst=f"tt{n:07d}", kind=LIKE, created_at=NOW), film(n, title))
        for n, title in enumerate(titles, 1)
    ]
    export = write_history(HistoryFormat.MARQUEE_CSV, rows)
    history = read_history([(export.name, export.data)], now=NOW)
    assert {e.tconst: e.title for e in history.entries} == {
        f"tt{n:07d}": title for n, title in enumerate(titles, 1)
    }


def test_equal_films_give_equal_files() -> None:
    rows: Rows = [(Interaction(user_id=1, tconst="tt0000001", kind=LIKE, created_at=NOW), None)]
    for form in EXPORT_FORMATS:
        assert write_history(form, rows) == write_history(form, rows)
