"""Write files shaped like IMDb's public data sets, of any size, the same for the same arguments.

Votes follow a power law, a few people have hundreds of credits and most have one, a film has
about twelve people and two or three genres. One in some 50,000 titles holds a stray quote, one in
some 100,000 people is missing from the names, and the newest ids have eight digits.

    python benchmarks/imdb_shaped.py FOLDER --films 700000
    python benchmarks/imdb_shaped.py FOLDER --films 700000 --full
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SEED = 20261122
TITLES_A_FILM = 14.3
"""Of ten million titles some 700,000 are films; the rest are episodes, shorts and series."""
CREDITS_A_FILM, CREDITS_ANOTHER = 12, 5.56
PEOPLE_A_FILM, PEOPLE_ANOTHER = 3.5, 1.0
CHUNK = 250_000
NULL = "\\N"

_GENRES = [
    *("Drama", "Comedy", "Documentary", "Romance", "Action", "Crime", "Thriller", "Horror"),
    *("Adventure", "Family", "Fantasy", "Mystery", "Biography", "Music", "History", "Sci-Fi"),
    *("Animation", "Musical", "War", "Western", "Sport", "News"),
]
_OTHER_TYPES = ("tvEpisode", "short", "tvSeries", "video", "tvMiniSeries", "tvSpecial", "videoGame")
_OTHER_SHARES = (0.80, 0.11, 0.03, 0.035, 0.006, 0.005, 0.014)
_ONSETS = [*"bcdfghjklmnprstvwz", "br", "ch", "dr", "gr", "sh", "st", "tr"]
_VOWELS = [*"aeiouaeiou", "ai", "ee", "ou"]
_CODAS = ["", "", "", "n", "r", "s", "t", "l", "nd", "ck"]
_ACCENTED = str.maketrans("aeiou", "áéîöü")
_CYRILLIC = str.maketrans("abcdefghijklmnoprstuvwz", "абцдефгхийклмнопрстувшз")

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How much there is of everything."""

    films: int
    titles: int
    people: int
    film_share: float

    @classmethod
    def of(cls, films: int, *, full: bool) -> Shape:
        """Return the shape of a data set of ``n`` films, alone or among all other titles."""
        titles = round(films * TITLES_A_FILM) if full else films
        people = round(films * PEOPLE_A_FILM + (titles - films) * PEOPLE_ANOTHER)
        return cls(films=films, titles=titles, people=people, film_share=films / titles)


class _Lines:
    """One gzipped file with a header, written as columns."""

    def __init__(self, path: Path, header: str) -> None:
        self._raw = path.open("wb")
        self._file = gzip.GzipFile("", "wb", compresslevel=1, fileobj=self._raw, mtime=0)
        self._file.write(header.replace(" ", "\t").encode() + b"\n")
        self.rows = 0

    def write(self, columns: Sequence[Any]) -> None:
        """Write columns of texts, one line a row."""
        if not len(columns[0]):
            return
        lines = pc.binary_join_element_wise(*columns, "\t")
        ended = pc.binary_join_element_wise(lines, pa.scalar(""), "\n")
        for chunk in ended.chunks if isinstance(ended, pa.ChunkedArray) else [ended]:
            self._file.write(chunk.buffers()[2])
            self.rows += len(chunk)

    def close(self) -> None:
        self._file.close()
        self._raw.close()


class _World:
    """Words, names and ids that all files share."""

    def __init__(self, shape: Shape) -> None:
        rng = np.random.default_rng([SEED, shape.films, shape.titles])
        self.shape = shape
        self.words = _vocabulary(rng, 30_000)
        self.given, self.family = _vocabulary(rng, 4_000), _vocabulary(rng, 80_000)
        self.genres, self._genre_shares = _genre_sets(rng)
        is_film = np.zeros(shape.titles, bool)
        is_film[rng.choice(shape.titles, shape.films, replace=False)] = True
        self.is_film = is_film
        self.title_ids = _ids(rng, shape.titles)
        self.person_ids = _ids(rng, shape.people)
        self.votes = np.zeros(shape.titles, np.int64)
        for titles, share in ((np.flatnonzero(is_film), 0.55), (np.flatnonzero(~is_film), 0.13)):
            rated = rng.permutation(titles)[: round(len(titles) * share)]
            rank = np.arange(len(rated))
            self.votes[rated] = np.maximum(5, 3e6 * (1 + rank / 60) ** -1.25)

    def chunks(self, total: int) -> Iterator[tuple[np.random.Generator, slice]]:
        """Yield pieces of the work, each with random numbers of its own."""
        for number, start in enumerate(range(0, total, CHUNK)):
            rng = np.random.default_rng([SEED, self.shape.titles, total, number])
            yield rng, slice(start, min(start + CHUNK, total))

    def people(self, rng: np.random.Generator, count: int) -> Numbers:
        """Return people, the first ones hundreds of times as often as the last ones."""
        drawn: Numbers = (self.shape.people * rng.random(count) ** 1.6).astype(np.int64)
        return drawn

    def genre_texts(self, rng: np.random.Generator, count: int) -> Any:
        return pa.array(self.genres).take(
            pa.array(rng.choice(len(self.genres), count, p=self._genre_shares))
        )


def write_files(folder: Path, shape: Shape) -> dict[str, int]:
    """Write the five files the importer reads; return how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    world = _World(shape)
    rows = {}
    for name, write in (
        ("title.ratings", _write_ratings),
        ("title.basics", _write_basics),
        ("title.crew", _write_crew),
        ("title.principals", _write_principals),
        ("name.basics", _write_names),
    ):
        lines = _Lines(folder / f"{name}.tsv.gz", _HEADERS[name])
        write(lines, world)
        lines.close()
        rows[name] = lines.rows
    return rows


_HEADERS = {
    "title.ratings": "tconst averageRating numVotes",
    "title.basics": "tconst titleType primaryTitle originalTitle isAdult startYear endYear "
    "runtimeMinutes genres",
    "title.crew": "tconst directors writers",
    "title.principals": "tconst ordering nconst category job characters",
    "name.basics": "nconst primaryName birthYear deathYear primaryProfession knownForTitles",
}


def _write_ratings(lines: _Lines, world: _World) -> None:
    for rng, part in world.chunks(world.shape.titles):
        votes = world.votes[part]
        ids = world.title_ids[part][votes > 0]
        tenths = np.clip(rng.normal(64, 12, len(ids)), 10, 100).astype(int)
        rating = pc.binary_join_element_wise(_texts(tenths // 10), _texts(tenths % 10), ".")
        lines.write([_padded("tt", ids), rating, _texts(votes[votes > 0])])


def _write_basics(lines: _Lines, world: _World) -> None:
    for rng, part in world.chunks(world.shape.titles):
        count = part.stop - part.start
        is_film = world.is_film[part]
        kinds = np.array(["movie", "tvMovie", *_OTHER_TYPES])
        kind = np.where(
            is_film,
            rng.random(count) < 0.15,
            2 + rng.choice(len(_OTHER_TYPES), count, p=_OTHER_SHARES),
        )
        title = _titles(rng, world.words, count)
        other = _titles(rng, world.words, count)
        original = pc.if_else(pa.array(rng.random(count) < 0.12), other, title)
        year = np.clip(2026 - rng.exponential(25, count).astype(int), 1894, 2026)
        minutes = np.clip(rng.normal(95, 22, count).astype(int), 5, 400)
        lines.write(
            [
                _padded("tt", world.title_ids[part]),
                _chosen(kinds.tolist(), kind),
                title,
                original,
                _chosen(["0", "1"], (rng.random(count) < 0.01).astype(int)),
                _texts(year, rng.random(count) < 0.02),
                _nulls(count),
                _texts(minutes, rng.random(count) < 0.25),
                world.genre_texts(rng, count),
            ]
        )


def _write_crew(lines: _Lines, world: _World) -> None:
    for rng, part in world.chunks(world.shape.titles):
        count = part.stop - part.start
        is_film = world.is_film[part]
        lines.write(
            [
                _padded("tt", world.title_ids[part]),
                _crew(rng, world, count, np.where(is_film, 0.08, 0.5), 0.1),
                _crew(rng, world, count, np.where(is_film, 0.3, 0.6), 0.4),
            ]
        )


def _crew(
    rng: np.random.Generator, world: _World, count: int, none: npt.NDArray[Any], two: float
) -> Any:
    first = _padded("nm", world.person_ids[world.people(rng, count)])
    second = _padded("nm", world.person_ids[world.people(rng, count)])
    both = pc.binary_join_element_wise(first, second, ",")
    crew = pc.if_else(pa.array(rng.random(count) < two), both, first)
    return pc.if_else(pa.array(rng.random(count) < none), NULL, crew)


def _write_principals(lines: _Lines, world: _World) -> None:
    categories = ["actor", "actress", "self", "director", "writer", "producer", "cinematographer"]
    characters = pc.binary_join_element_wise(
        '["', _titles(np.random.default_rng(SEED), world.words, 5_000), '"]', ""
    )
    for rng, part in world.chunks(world.shape.titles):
        count = part.stop - part.start
        mean = np.where(world.is_film[part], CREDITS_A_FILM, CREDITS_ANOTHER)
        credits = np.maximum(1, rng.poisson(mean))
        title = np.repeat(np.arange(count), credits)
        place = np.arange(len(title)) - np.repeat(np.cumsum(credits) - credits, credits)
        acts = place < np.repeat(np.ceil(credits * 0.75), credits)
        kind = np.where(acts, rng.choice(3, len(title), p=[0.55, 0.37, 0.08]), 3 + place % 4)
        played = characters.take(pa.array(rng.integers(0, len(characters), len(title))))
        lines.write(
            [
                _padded("tt", world.title_ids[part][title]),
                _texts(place + 1),
                _padded("nm", world.person_ids[world.people(rng, len(title))]),
                _chosen(categories, kind),
                _nulls(len(title)),
                pc.if_else(pa.array(acts), played, NULL),
            ]
        )


def _write_names(lines: _Lines, world: _World) -> None:
    for rng, part in world.chunks(world.shape.people):
        number = np.arange(part.start, part.stop)
        number = number[number % 99_991 != 7]
        count = len(number)
        given = world.given.take(pa.array(_zipf(rng, len(world.given), count)))
        family = world.family.take(pa.array(_zipf(rng, len(world.family), count)))
        known = world.title_ids[rng.integers(0, len(world.title_ids), count)]
        lines.write(
            [
                _padded("nm", world.person_ids[number]),
                pc.binary_join_element_wise(
                    pc.utf8_capitalize(given), pc.utf8_capitalize(family), " "
                ),
                _texts(rng.integers(1880, 2010, count), rng.random(count) < 0.8),
                _nulls(count),
                _chosen(["actor", "actress,producer", "director,writer"], number % 3),
                _padded("tt", known),
            ]
        )


def _ids(rng: np.random.Generator, count: int) -> Numbers:
    """Return rising ids with gaps; the newest tenth has eight digits."""
    ids = np.cumsum(rng.integers(1, 4, count))
    ids[-(count // 10) :] += 10_000_000
    return ids


def _vocabulary(rng: np.random.Generator, count: int) -> Any:
    """Return distinct made-up words, one in twenty accented and one in a hundred Cyrillic."""
    syllables = [o + v + c for o in _ONSETS for v in _VOWELS for c in _CODAS]
    words: dict[str, None] = {}
    while len(words) < count:
        parts = rng.integers(0, len(syllables), (count, 3)).tolist()
        for number, (length, chosen) in enumerate(
            zip(rng.integers(1, 4, count).tolist(), parts, strict=True)
        ):
            word = "".join(syllables[part] for part in chosen[:length])
            if number % 20 == 3:
                word = word.translate(_CYRILLIC if number % 100 == 3 else _ACCENTED)
            words[word] = None
    return pa.array(list(words)[:count])


def _genre_sets(rng: np.random.Generator) -> tuple[list[str], npt.NDArray[np.float64]]:
    share = 1 / np.arange(1, len(_GENRES) + 1)
    sets: dict[str, None] = {}
    while len(sets) < 700:
        size = int(rng.choice([1, 2, 3], p=[0.2, 0.35, 0.45]))
        chosen = rng.choice(_GENRES, size, replace=False, p=share / share.sum())
        sets[",".join(sorted(chosen.tolist()))] = None
    shares = (1 + np.arange(len(sets))) ** -0.8
    return list(sets), shares / shares.sum()


def _titles(rng: np.random.Generator, words: Any, count: int) -> Any:
    """Return titles of one to five words."""
    length = rng.choice([1, 2, 3, 4, 5], count, p=[0.2, 0.32, 0.26, 0.14, 0.08])
    columns = []
    for place in range(5):
        column = words.take(pa.array(_zipf(rng, len(words), count), mask=length <= place))
        columns.append(pc.utf8_capitalize(column))
    joined = pc.binary_join_element_wise(*columns, " ", null_handling="skip")
    quoted = pc.binary_join_element_wise('"', joined, "")
    return pc.if_else(pa.array(rng.random(count) < 2e-5), quoted, joined)


def _zipf(rng: np.random.Generator, size: int, count: int) -> Numbers:
    drawn: Numbers = (size * rng.random(count) ** 2.5).astype(np.int64)
    return drawn


def _texts(numbers: npt.NDArray[Any], missing: npt.NDArray[np.bool_] | None = None) -> Any:
    texts = pa.array(numbers).cast(pa.string())
    return texts if missing is None else pc.if_else(pa.array(missing), NULL, texts)


def _padded(prefix: str, ids: Numbers) -> Any:
    digits = pc.utf8_lpad(_texts(ids), 7, padding="0")
    return pc.binary_join_element_wise(prefix, digits, "")


def _chosen(texts: list[str], which: npt.NDArray[Any]) -> Any:
    return pa.array(texts).take(pa.array(np.asarray(which, np.int64)))


def _nulls(count: int) -> Any:
    return pa.repeat(NULL, count)


def main() -> None:
    """Write the files and say what was written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--films", type=int, default=10_000, metavar="N")
    parser.add_argument("--full", action="store_true", help="with 13 other titles for each film")
    asked = parser.parse_args()
    begun = time.monotonic()
    for name, rows in write_files(asked.folder, Shape.of(asked.films, full=asked.full)).items():
        size = (asked.folder / f"{name}.tsv.gz").stat().st_size / 2**20
        print(f"{name:<17}{rows:>12,} rows  {size:>8,.1f} MB")
    print(f"{time.monotonic() - begun:.1f} s")


if __name__ == "__main__":
    main()
