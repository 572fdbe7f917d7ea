"""Corners of a map: films that lie together, named after what they really share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from recommender.entities import Film

FEWEST, MOST = 2, 7
SMALLEST_CORNER = 3
HELD_BY = 0.6
"""A name must hold for this share of a corner's films, or it is not its name."""
LEADS = 4

Trait = tuple[str, str]
"""What kind of thing films share (person, genre, ...), and its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Corner:
    """Films that lie together.

    Attributes
    ----------
    name
        What at least six of ten of them share; empty when nothing is.
    films
        Places in the list of films the corners were found in, ascending.
    held_by
        How many of them hold the name.
    """

    name: str
    films: tuple[int, ...]
    held_by: int


def find_corners(films: Sequence[Film], places: npt.NDArray[np.float64]) -> list[Corner]:
    """Return the corners of a map, the largest first; every film is in one.

    Films are grouped by where they lie (Ward's method), in as many groups as can be named best.

    Parameters
    ----------
    films
        In the order of ``places``.
    places : ndarray of shape (n_films, 2)
    """
    count = len(films)
    traits = [frozenset(list_traits(film)) for film in films]
    if count < 2 * SMALLEST_CORNER:
        return _name_corners([tuple(range(count))], traits)
    # Only this page needs it, and importing it takes a while of every start.
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415

    tree = linkage(places, "ward")
    most = min(MOST, count // SMALLEST_CORNER)
    named = []
    for wanted in range(FEWEST, most + 1):
        numbers = fcluster(tree, wanted, "maxclust")
        groups = [tuple(np.flatnonzero(numbers == n).tolist()) for n in np.unique(numbers)]
        named.append(_name_corners(groups, traits))
    return max(named, key=lambda corners: _worth(corners, traits))


def list_traits(film: Film) -> Iterator[Trait]:
    """Yield what a film may share with others: people, genres, pairs of them, and its decade."""
    people = dict.fromkeys((*film.directors, *film.cast[:LEADS]))
    yield from (("person", name) for name in people)
    decade = f"{film.start_year // 10 * 10}s"
    yield "decade", decade
    genres = sorted(film.genres)
    for place, genre in enumerate(genres):
        yield "genre", genre
        yield "genre and decade", f"{decade} {genre}"
        yield from (("genres", f"{genre} and {other}") for other in genres[place + 1 :])


def _name_corners(
    groups: Sequence[tuple[int, ...]], traits: Sequence[frozenset[Trait]]
) -> list[Corner]:
    everywhere = Counter(trait for of_film in traits for trait in of_film)
    taken: set[str] = set()
    corners = []
    for group in sorted(groups, key=lambda group: (-len(group), group)):
        held = Counter(trait for film in group for trait in traits[film])
        best = max(
            (trait for trait in held if trait[1] not in taken),
            key=lambda trait: (
                _fit(held[trait], len(group), everywhere[trait], len(traits)),
                trait,
            ),
            default=None,
        )
        if best is None or held[best] < max(HELD_BY * len(group), SMALLEST_CORNER):
            corners.append(Corner(name="", films=group, held_by=0))
            continue
        taken.add(best[1])
        corners.append(Corner(name=best[1], films=group, held_by=held[best]))
    return corners


def _fit(held: int, size: int, everywhere: int, count: int) -> float:
    """Return how well a name fits a corner: it holds here, seldom elsewhere, and says something.

    The share of the corner that holds it, the root of the share of its holders that lie here, and
    the information in holding it at all: half of a map is drama, which tells little.
    """
    precision, recall = held / size, held / everywhere
    if precision < HELD_BY or held < 2:
        return 0.0
    return precision * math.sqrt(recall) * math.log(1.0 + count / everywhere)


def _worth(corners: Sequence[Corner], traits: Sequence[frozenset[Trait]]) -> float:
    """Return how well the names fit, on average over the films."""
    everywhere: Mapping[str, int] = Counter(name for own in traits for _, name in own)
    fits = (
        len(corner.films)
        * _fit(corner.held_by, len(corner.films), everywhere[corner.name], len(traits))
        for corner in corners
        if corner.name
    )
    return sum(fits) / len(traits)
