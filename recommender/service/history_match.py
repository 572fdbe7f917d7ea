"""Which film is meant: by id, or by title, year and directors, and only without any doubt.

Years differ by one between sources, because a festival counts for one and the cinema for another.
So a year may be off by one, but then the title must be a rare one: of ``Nosferatu`` (2023) and
``Nosferatu`` (2024), one may well be missing from the catalogue.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from recommender.catalogue import Catalogue, Closeness, TitleMatch
from recommender.entities import Film

_MOST_CHOICES = 6
_RARE_WORDS = 2
_RARE_LETTERS = 8
_ARTICLES = frozenset({"the", "a", "an", "le", "la", "les", "der", "die", "das", "el", "il"})


@dataclass(frozen=True, kw_only=True, slots=True)
class FilmAsked:
    """A film as a file names it; ``fault`` says why it is none of the catalogue's."""

    tconst: str | None
    titles: tuple[str, ...]
    year: int | None
    directors: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The film that is meant, or those that may be, or why there is none.

    ``is_exact`` tells a film found by id or by its very year from one whose year is off by one.
    """

    film: Film | None = None
    is_exact: bool = False
    choices: tuple[Film, ...] = ()
    reason: str = ""


def judge(catalogue: Catalogue, asked: Sequence[FilmAsked]) -> list[Verdict]:
    """Return a verdict on each film asked for.

    Raises
    ------
    CatalogueError
        If the catalogue cannot be read.
    """
    # Who gives an id means that film; when it is not here, its title could only find another.
    by_title = [film for film in asked if not film.tconst and not film.fault]
    matches = dict(
        zip(map(id, by_title), catalogue.match_titles([f.titles for f in by_title]), strict=True)
    )
    wanted = {match.tconst for found in matches.values() for match in found}
    wanted |= {film.tconst for film in asked if film.tconst}
    films = {film.tconst: film for film in catalogue.list_films(sorted(wanted))}
    return [
        _by_id(film, films)
        if film.tconst or film.fault
        else _by_title(film, matches[id(film)], films)
        for film in asked
    ]


def _by_id(asked: FilmAsked, films: dict[str, Film]) -> Verdict:
    film = films.get(asked.tconst or "")
    if film is not None:
        return Verdict(film=film, is_exact=True)
    return Verdict(reason=asked.fault or "It is not in this catalogue.")


def _by_title(asked: FilmAsked, matches: Sequence[TitleMatch], films: dict[str, Film]) -> Verdict:
    if not matches:
        return Verdict(reason="No film of this title is in this catalogue.")
    if asked.year is None:
        return _doubt(matches, films, "The file does not say of which year it is.")
    near = [match for match in matches if abs(match.year - asked.year) <= 1]
    # What fits the year comes first among what fits the title as well.
    near.sort(key=lambda match: (match.closeness, match.year != asked.year))
    if not near:
        return Verdict(reason=_other_years(matches, asked.year))
    if asked.directors:
        return _by_director(asked, near, films)
    reused = sum(match.closeness is Closeness.WORDS for match in matches) > 1
    return _by_year(asked, near, films, is_rare=not reused and _is_rare(asked.titles))


def _by_year(
    asked: FilmAsked, near: Sequence[TitleMatch], films: dict[str, Film], *, is_rare: bool
) -> Verdict:
    same = [match for match in near if match.closeness is Closeness.WORDS]
    if len(same) > 1:
        return _doubt(same, films, "Several films of this title are from about that year.")
    if same:
        if same[0].year == asked.year or is_rare:
            return _found(same[0], asked, films)
        return _doubt(near, films, f"The catalogue's film of this title is from {same[0].year}.")
    if len(near) == 1 and near[0].closeness is Closeness.LETTERS and near[0].year == asked.year:
        return _found(near[0], asked, films)
    return _doubt(near, films, "A film of about that year is called much the same.")


def _by_director(asked: FilmAsked, near: Sequence[TitleMatch], films: dict[str, Film]) -> Verdict:
    names = {_plain(name) for name in asked.directors}
    shared = [
        match
        for match in near
        if match.closeness is not Closeness.PART
        and names & {_plain(name) for name in films[match.tconst].directors}
    ]
    if len(shared) == 1:
        return _found(shared[0], asked, films)
    if shared:
        return _doubt(shared, films, "Several films of this title are by the same person.")
    return _doubt(near, films, "The catalogue's film of this title is by somebody else.")


def _found(match: TitleMatch, asked: FilmAsked, films: dict[str, Film]) -> Verdict:
    return Verdict(film=films[match.tconst], is_exact=match.year == asked.year)


def _doubt(matches: Sequence[TitleMatch], films: dict[str, Film], reason: str) -> Verdict:
    choices = tuple(films[match.tconst] for match in matches[:_MOST_CHOICES])
    return Verdict(choices=choices, reason=reason)


def _is_rare(titles: Sequence[str]) -> bool:
    """Return whether a title is long enough that no other film of these years will have it."""
    for title in titles:
        words = [word for word in title.casefold().split() if word not in _ARTICLES]
        if len(words) >= _RARE_WORDS and sum(map(len, words)) >= _RARE_LETTERS:
            return True
    return False


def _other_years(matches: Sequence[TitleMatch], year: int) -> str:
    years = sorted({match.year for match in matches}, key=lambda other: abs(other - year))
    said = " and ".join(map(str, years[:2]))
    return f"The catalogue has a film of this title from {said}, not from {year}."


def _plain(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in spread if c.isalpha())
