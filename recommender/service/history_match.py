"""Matching of titles with films: by id, or by title, year and directors.

Sources differ by one year, as some count the festival and some the cinema release. So the year may
differ by one, but only for a distinctive title: of ``Nosferatu`` (2023) and ``Nosferatu`` (2024),
one may be missing from the catalogue.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.catalogue import Catalogue, Closeness, TitleMatch
from recommender.entities import Film

_MOST_CHOICES = 6
_DISTINCTIVE_WORDS = 2
_DISTINCTIVE_LETTERS = 8
_ARTICLES = frozenset({"the", "a", "an", "le", "la", "les", "der", "die", "das", "el", "il"})


@dataclass(frozen=True, kw_only=True, slots=True)
class TitleQuery:
    """A film as named in a file; a ``fault`` says why it cannot be matched."""

    tconst: str | None
    titles: tuple[str, ...]
    year: int | None
    directors: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MatchResult:
    """The matching film, or possible ones, or the reason why there is none.

    ``is_exact`` is True for a match by id or equal year, False when the year differs by one.
    """

    film: Film | None = None
    is_exact: bool = False
    choices: tuple[Film, ...] = ()
    reason: str = ""


def match_films(catalogue: Catalogue, queries: Sequence[TitleQuery]) -> list[MatchResult]:
    """Return the match of each query.

    Raises
    ------
    CatalogueError
        If the catalogue cannot be read.
    """
    # With an id, a search by title could only find another film.
    by_title = [film for film in queries if not film.tconst and not film.fault]
    matches = dict(
        zip(map(id, by_title), catalogue.match_titles([f.titles for f in by_title]), strict=True)
    )
    wanted = {match.tconst for found in matches.values() for match in found}
    wanted |= {film.tconst for film in queries if film.tconst}
    films = {film.tconst: film for film in catalogue.list_films(sorted(wanted))}
    return [
        _by_id(film, films)
        if film.tconst or film.fault
        else _by_title(film, matches[id(film)], films)
        for film in queries
    ]


def _by_id(query: TitleQuery, films: dict[str, Film]) -> MatchResult:
    film = films.get(query.tconst or "")
    if film is not None:
        return MatchResult(film=film, is_exact=True)
    return MatchResult(reason=query.fault or "It is not in this catalogue.")


def _by_title(
    query: TitleQuery, matches: Sequence[TitleMatch], films: dict[str, Film]
) -> MatchResult:
    if not matches:
        return MatchResult(reason="No film of this title is in this catalogue.")
    if query.year is None:
        return _ambiguous(matches, films, "The file has no year for it.")
    near = [match for match in matches if abs(match.year - query.year) <= 1]
    # The equal year comes first among equal titles.
    near.sort(key=lambda match: (match.closeness, match.year != query.year))
    if not near:
        return MatchResult(reason=_other_years(matches, query.year))
    if query.directors:
        return _by_director(query, near, films)
    reused = sum(match.closeness is Closeness.WORDS for match in matches) > 1
    return _by_year(query, near, films, is_distinctive=not reused and _is_distinctive(query.titles))


def _by_year(
    query: TitleQuery, near: Sequence[TitleMatch], films: dict[str, Film], *, is_distinctive: bool
) -> MatchResult:
    same = [match for match in near if match.closeness is Closeness.WORDS]
    if len(same) > 1:
        return _ambiguous(same, films, "Several films of this title are from about that year.")
    if same:
        if same[0].year == query.year or is_distinctive:
            return _match(same[0], query, films)
        return _ambiguous(
            near, films, f"The catalogue's film of this title is from {same[0].year}."
        )
    if len(near) == 1 and near[0].closeness is Closeness.LETTERS and near[0].year == query.year:
        return _match(near[0], query, films)
    return _ambiguous(near, films, "We found a close match.")


def _by_director(
    query: TitleQuery, near: Sequence[TitleMatch], films: dict[str, Film]
) -> MatchResult:
    names = {_plain(name) for name in query.directors}
    shared = [
        match
        for match in near
        if match.closeness is not Closeness.PART
        and names & {_plain(name) for name in films[match.tconst].directors}
    ]
    if len(shared) == 1:
        return _match(shared[0], query, films)
    if shared:
        return _ambiguous(shared, films, "Several films of this title are by the same person.")
    return _ambiguous(near, films, "The catalogue's film of this title is by another director.")


def _match(match: TitleMatch, query: TitleQuery, films: dict[str, Film]) -> MatchResult:
    return MatchResult(film=films[match.tconst], is_exact=match.year == query.year)


def _ambiguous(matches: Sequence[TitleMatch], films: dict[str, Film], reason: str) -> MatchResult:
    choices = tuple(films[match.tconst] for match in matches[:_MOST_CHOICES])
    return MatchResult(choices=choices, reason=reason)


def _is_distinctive(titles: Sequence[str]) -> bool:
    """Return whether a title is so long that no other film of these years has it."""
    for title in titles:
        words = [word for word in title.casefold().split() if word not in _ARTICLES]
        if len(words) >= _DISTINCTIVE_WORDS and sum(map(len, words)) >= _DISTINCTIVE_LETTERS:
            return True
    return False


def _other_years(matches: Sequence[TitleMatch], year: int) -> str:
    years = sorted({match.year for match in matches}, key=lambda other: abs(other - year))
    found = " and ".join(map(str, years[:2]))
    return f"The catalogue has a film of this title from {found}, not from {year}."


def _plain(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in spread if c.isalpha())
