"""``evaluate`` and ``train`` on synthetic ratings of the bundled films."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from recommender.catalogue import Catalogue, Filters
from recommender.settings import Settings

Run = Callable[..., Result]


@pytest.fixture
def ratings(data_dir: Path, tmp_path: Path) -> tuple[str, str]:
    """Return ratings and links of 60 people who each like one of three genres."""
    with Catalogue(data_dir / "catalogue.db") as catalogue:
        shelves = [
            [
                film.tconst
                for film in catalogue.search("", filters=Filters(genres=(g,)), limit=90).films
            ]
            for g in ("Horror", "Western", "Animation")
        ]
    ids = {t: n for n, t in enumerate(dict.fromkeys(t for shelf in shelves for t in shelf))}
    links, rated = tmp_path / "links.csv", tmp_path / "ratings.csv"
    with links.open("w", newline="") as file:
        csv.writer(file).writerows(
            [("movieId", "imdbId"), *((n, t.removeprefix("tt")) for t, n in ids.items())]
        )
    rows: list[tuple[object, ...]] = [("userId", "movieId", "rating", "timestamp")]
    for person in range(60):
        shelf = shelves[person % 3]
        for step in range(24):
            film = shelf[(person * 7 + step * 5) % len(shelf)]
            rows.append((person, ids[film], 4.5 if step % 6 else 2.0, 1000 * person + step))
    with rated.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return str(rated), str(links)


def test_evaluate_prints_and_saves_a_table(
    run: Run, ratings: tuple[str, str], tmp_path: Path
) -> None:
    saved = tmp_path / "table.json"
    named = ["--ranker", "marquee", "--ranker", "popularity", "--reference", "popularity"]
    files = ["--ratings", ratings[0], "--links", ratings[1], "--save", str(saved)]
    done = run("evaluate", *files, *named)
    assert done.exit_code == 0, done.output
    assert "ndcg@10" in done.stdout
    table = json.loads(saved.read_text())
    assert table["facts"]["people"] == 60
    assert table["table"]["marquee"]["ndcg@10"] > table["table"]["popularity"]["ndcg@10"]


def test_train_stores_the_source_beside_the_weights(
    run: Run, ratings: tuple[str, str], tmp_path: Path
) -> None:
    files = ["--ratings", ratings[0], "--links", ratings[1], "--out", str(tmp_path / "out")]
    done = run("train", *files, "--data-name", "Synthetic", "--data-terms", "None")
    assert done.exit_code == 0, done.output
    weights = json.loads((tmp_path / "out" / "weights.json").read_text())
    assert weights["source"]["data"] == "Synthetic"
    assert weights["source"]["scores"]["ndcg@10"] > 0
    assert (tmp_path / "out" / "embedding.npz").exists()


def test_file_without_the_columns_exits_2(
    run: Run, ratings: tuple[str, str], tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    for files in (
        ["--ratings", str(other), "--links", ratings[1]],
        ["--ratings", ratings[0], "--links", str(other)],
        ["--ratings", *ratings[:1], "--links", ratings[1], "--catalogue", str(other)],
    ):
        done = run("evaluate", *files)
        assert done.exit_code == 2
        assert "lack" in done.stderr
        assert "Traceback" not in done.output


def test_evaluate_reads_links_with_tt_and_names_an_invalid_cell(
    run: Run, ratings: tuple[str, str], tmp_path: Path
) -> None:
    with_tt, invalid = tmp_path / "tt.csv", tmp_path / "invalid.csv"
    header, *rows = Path(ratings[1]).read_text().splitlines()
    with_tt.write_text("\n".join([header, *(row.replace(",", ",tt") for row in rows)]))
    invalid.write_text("\n".join([header, *rows, "5000,"]))
    options = ["--ratings", ratings[0], "--ranker", "popularity", "--reference", "popularity"]
    saved = ["--save", str(tmp_path / "t.json")]
    plain = run("evaluate", *options, *saved, "--links", ratings[1])
    assert plain.exit_code == 0, plain.output
    figures = json.loads((tmp_path / "t.json").read_text())["differences"]
    assert run("evaluate", *options, *saved, "--links", str(with_tt)).exit_code == 0
    assert json.loads((tmp_path / "t.json").read_text())["differences"] == figures
    refused = run("evaluate", *options, "--links", str(invalid))
    assert refused.exit_code == 2
    assert f"invalid.csv, line {len(rows) + 2}: imdbId is ''" in refused.stderr


def test_evaluate_reads_films_of_a_file(run: Run, ratings: tuple[str, str], tmp_path: Path) -> None:
    saved = tmp_path / "t.json"
    options = ["--ratings", ratings[0], "--links", ratings[1], "--save", str(saved)]
    options += ["--ranker", "popularity"]
    assert run("evaluate", *options).exit_code == 0
    expected = json.loads(saved.read_text())["differences"]
    films = str(Settings().catalogue_file)
    done = run("evaluate", *options, "--catalogue", films)
    assert done.exit_code == 0, done.output
    assert json.loads(saved.read_text())["differences"] == expected
