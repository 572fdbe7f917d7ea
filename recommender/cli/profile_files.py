"""CSV files of many profiles: read them, rank films for each, write the rankings."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from recommender.cli.files import STDIO, FileRefused
from recommender.cli.film_ids import read_film_id
from recommender.cli.output import draw_progress
from recommender.engine import Model, rank_scores
from recommender.entities import Profile

COLUMNS = ("profile", "tconst", "kind")
KINDS = ("like", "seen", "hide")


@dataclass
class _ProfileBuilder:
    """Interactions of one profile, oldest first; the later of like and hide counts."""

    likes: dict[str, None] = field(default_factory=dict)
    seen: dict[str, None] = field(default_factory=dict)
    hidden: dict[str, None] = field(default_factory=dict)

    def add(self, tconst: str, kind: str) -> None:
        if kind == "seen":
            self.seen[tconst] = None
            return
        self.likes.pop(tconst, None)
        self.hidden.pop(tconst, None)
        (self.likes if kind == "like" else self.hidden)[tconst] = None

    def profile(self) -> Profile:
        likes, hidden, seen = (tuple(reversed(d)) for d in (self.likes, self.hidden, self.seen))
        return Profile(likes=likes, hidden=hidden, seen=seen)


def read_profiles(path: Path) -> dict[str, Profile]:
    """Return the profiles of a CSV file by name, in the order they first appear.

    Parameters
    ----------
    path
        UTF-8; columns ``profile,tconst[,kind]``, oldest first; the header is optional. ``-`` is
        stdin.

    Raises
    ------
    FileRefused
        If it cannot be read, has no profile, or has an invalid row; the message names the line.
    """
    name = "stdin" if path == STDIO else str(path)
    try:
        data = sys.stdin.buffer.read() if path == STDIO else path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise FileRefused(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"{name}, line {line}: not UTF-8.") from error
    builders: dict[str, _ProfileBuilder] = {}
    for profile, tconst, kind in _read_rows(name, text):
        builders.setdefault(profile, _ProfileBuilder()).add(tconst, kind)
    if not builders:
        raise FileRefused(f"{name} has no profiles; its rows should be profile,tconst[,kind].")
    return {name: builder.profile() for name, builder in builders.items()}


def write_rankings(
    model: Model,
    profiles: Mapping[str, Profile],
    file: TextIO,
    *,
    top_n: int,
    ranker: str,
    profile_size: int,
) -> None:
    """Rank films for every profile and write rows ``profile,rank,tconst,score``.

    Parameters
    ----------
    model
        From ``fit_model`` or ``load_model``.
    profiles
        From ``read_profiles``.
    file
        Open for writing text.
    top_n, ranker, profile_size
        As for ``recommend``.
    """
    with draw_progress() as report:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["profile", "rank", "tconst", "score"])
        for done, (name, profile) in enumerate(profiles.items()):
            report(done / len(profiles), "Ranking films for each profile")
            ranked = rank_scores(
                model, profile, top_n=top_n, ranker=ranker, profile_size=profile_size
            )
            writer.writerows(
                (name, rank, tconst, f"{score:.6f}")
                for rank, (tconst, score) in enumerate(ranked, 1)
            )
        report(1.0, "Ranking films for each profile")


def _read_rows(name: str, text: str) -> Iterator[tuple[str, str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    places = {column: place for place, column in enumerate(COLUMNS)}
    try:
        for number, row in enumerate(filter(None, reader)):
            cells = [cell.strip() for cell in row]
            if number == 0 and {"profile", "tconst"} <= set(cells):
                places = {c: cells.index(c) for c in COLUMNS if c in cells}
                continue
            yield _parse_row(f"{name}, line {reader.line_num}", cells, places)
    except csv.Error as error:
        raise FileRefused(f"{name}, line {reader.line_num}: {error}.") from error


def _parse_row(place: str, cells: list[str], places: Mapping[str, int]) -> tuple[str, str, str]:
    if len(cells) <= max(places["profile"], places["tconst"]):
        raise FileRefused(f"{place}: the row should be profile,tconst[,kind].")
    profile, tconst = cells[places["profile"]], cells[places["tconst"]]
    kind_place = places.get("kind", len(cells))
    kind = (cells[kind_place] if kind_place < len(cells) else "") or "like"
    if not profile:
        raise FileRefused(f"{place}: the profile has no name.")
    known_id = read_film_id(tconst)
    if known_id is None:
        raise FileRefused(
            f"{place}: tconst is {tconst[:40]!r}; it should be tt and at least seven digits."
        )
    if kind not in KINDS:
        raise FileRefused(f"{place}: kind is {kind[:40]!r}; it should be like, seen or hide.")
    return profile, known_id, kind
