"""Clusters of the taste map: films that lie together, labelled by a trait that most share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage

from recommender.entities import Film

MIN_CLUSTERS, MAX_CLUSTERS = 2, 7
MIN_CLUSTER = 3
MIN_SHARE = 0.6
"""Minimum share of a cluster's films that have the trait of its label."""
LEADS = 4

Trait = tuple[str, str]
"""Kind (person, genre, ...) and name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MapCluster:
    """Films that lie together on the map.

    Attributes
    ----------
    name : trait of at least 60% of the films; empty without one
    films : positions in the list of films, ascending
    holders : number of the films that have the trait
    """

    name: str
    films: tuple[int, ...]
    holders: int


def find_clusters(films: Sequence[Film], places: npt.NDArray[np.float64]) -> list[MapCluster]:
    """Return the clusters of a map, the largest first; every film is in one.

    Ward's method groups the positions; the number of clusters is the one with the best labels.

    Parameters
    ----------
    films
        In the order of ``places``.
    places : ndarray of shape (n_films, 2)
    """
    count = len(films)
    traits = [frozenset(list_traits(film)) for film in films]
    if count < 2 * MIN_CLUSTER:
        return _label_clusters([tuple(range(count))], traits)
    tree = linkage(places, "ward")
    most = min(MAX_CLUSTERS, count // MIN_CLUSTER)
    named = []
    for wanted in range(MIN_CLUSTERS, most + 1):
        numbers = fcluster(tree, wanted, "maxclust")
        groups = [tuple(np.flatnonzero(numbers == n).tolist()) for n in np.unique(numbers)]
        named.append(_label_clusters(groups, traits))
    return max(named, key=lambda clusters: _mean_fit(clusters, traits))


def list_traits(film: Film) -> Iterator[Trait]:
    """Yield the people, genres, pairs of genres, decade and genre of the decade of a film."""
    people = dict.fromkeys((*film.directors, *film.cast[:LEADS]))
    yield from (("person", name) for name in people)
    decade = f"{film.start_year // 10 * 10}s"
    yield "decade", decade
    genres = sorted(film.genres)
    for place, genre in enumerate(genres):
        yield "genre", genre
        yield "genre and decade", f"{decade} {genre}"
        yield from (("genres", f"{genre} and {other}") for other in genres[place + 1 :])


def _label_clusters(
    groups: Sequence[tuple[int, ...]], traits: Sequence[frozenset[Trait]]
) -> list[MapCluster]:
    everywhere = Counter(trait for of_film in traits for trait in of_film)
    taken: set[str] = set()
    clusters = []
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
        if best is None or held[best] < max(MIN_SHARE * len(group), MIN_CLUSTER):
            clusters.append(MapCluster(name="", films=group, holders=0))
            continue
        taken.add(best[1])
        clusters.append(MapCluster(name=best[1], films=group, holders=held[best]))
    return clusters


def _fit(held: int, size: int, everywhere: int, count: int) -> float:
    """Return how well a trait labels a cluster: precision, root of recall, and information.

    The information term prefers rare traits: half of a map is drama.
    """
    precision, recall = held / size, held / everywhere
    if precision < MIN_SHARE or held < 2:
        return 0.0
    return precision * math.sqrt(recall) * math.log(1.0 + count / everywhere)


def _mean_fit(clusters: Sequence[MapCluster], traits: Sequence[frozenset[Trait]]) -> float:
    """Return the mean fit of the labels over all films."""
    everywhere: Mapping[str, int] = Counter(name for own in traits for _, name in own)
    fits = (
        len(cluster.films)
        * _fit(cluster.holders, len(cluster.films), everywhere[cluster.name], len(traits))
        for cluster in clusters
        if cluster.name
    )
    return sum(fits) / len(traits)
