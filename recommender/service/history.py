"""Import and export of a viewing history: preview, plan of the import, export.

Nothing is written before the user has confirmed the preview. A film is matched without a question
only by IMDb id, or by a title and a year of one film alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from recommender.entities import Film, InteractionKind
from recommender.service.history_match import MatchResult, TitleQuery, match_films
from recommender.service.marquee import Marquee
from recommender.users import (
    Entry,
    HistoryExport,
    HistoryFormat,
    ImportRow,
    People,
    read_history,
    write_history,
)

Progress = Callable[[float, str], None]

_BATCH = 2_500  # films per search: each search reads the whole catalogue
_MOMENT = timedelta(milliseconds=2)
_SECOND = timedelta(seconds=1)
_DEFAULT_THRESHOLDS = {5: 4.0, 10: 7.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryFilm:
    """A film of a history: its entries, and its match.

    Attributes
    ----------
    label
        Title and year as in the file.
    entries
        Its entries, oldest first.
    film
        The matching film; None when the match is ambiguous.
    choices
        Possible films, likeliest first, when the match is ambiguous.
    reason
        Why it is ambiguous, or not found, as a sentence.
    """

    label: str
    entries: tuple[Entry, ...]
    film: Film | None = None
    choices: tuple[Film, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryPreview:
    """The films of history files, before anything is written.

    Attributes
    ----------
    source
        Format of the files.
    scale
        The highest possible rating in them, 5 or 10.
    threshold
        Default rating from which a film counts as liked.
    matched, ambiguous, unmatched
        The films by the state of their match.
    ignored_files
        Names of files without films.
    """

    source: HistoryFormat
    scale: int
    threshold: float
    matched: tuple[HistoryFilm, ...]
    ambiguous: tuple[HistoryFilm, ...]
    unmatched: tuple[HistoryFilm, ...]
    ignored_files: tuple[str, ...] = ()

    @property
    def has_ratings(self) -> bool:
        """Whether any entry has a rating."""
        return any(entry.rating is not None for entry in self._entries())

    @property
    def has_list(self) -> bool:
        """Whether the user has to choose the meaning of a list."""
        return any(entry.is_listed for entry in self._entries())

    def _entries(self) -> Iterable[Entry]:
        return (e for film in (*self.matched, *self.ambiguous) for e in film.entries)


def preview_history(
    marquee: Marquee,
    files: Sequence[tuple[str, bytes]],
    *,
    progress: Progress = lambda _part, _what: None,
) -> HistoryPreview:
    """Match the films of history files; nothing is written.

    Parameters
    ----------
    marquee
        The app with the catalogue.
    files
        Pairs of name and content.
    progress
        Called with the fraction done (0 to 1) and the current step.

    Raises
    ------
    HistoryFileError
        If the files cannot be read as a history.
    CatalogueError
        If the catalogue cannot be read.
    """
    progress(0.0, "Reading the files")
    history = read_history(files)
    groups = _group(history.entries)
    progress(0.3, "Looking for the films")
    queries = [_query(entries) for entries in groups]
    matches: list[MatchResult] = []
    for start in range(0, len(queries), _BATCH):
        matches += match_films(marquee.catalogue, queries[start : start + _BATCH])
        done = min(start + _BATCH, len(queries))
        progress(0.3 + 0.7 * done / len(queries), f"Looked for {done:,} of {len(queries):,} films")
    films = _combine(groups, matches)
    return HistoryPreview(
        source=history.source,
        scale=history.scale,
        threshold=_DEFAULT_THRESHOLDS[history.scale],
        matched=tuple(f for f in films if f.film is not None),
        ambiguous=tuple(f for f in films if f.film is None and f.choices),
        unmatched=tuple(f for f in films if f.film is None and not f.choices),
        ignored_files=history.ignored_files,
    )


def plan_history(
    preview: HistoryPreview,
    *,
    threshold: float,
    listed_as: InteractionKind,
    chosen: Mapping[int, str],
    now: datetime | None = None,
) -> list[ImportRow]:
    """Return the interactions to write, oldest first.

    Parameters
    ----------
    preview
        From `preview_history`.
    threshold
        Rating on the preview's scale from which a film is a like; below, it is a seen film.
    listed_as
        Kind of interaction for films on a list.
    chosen
        The tconst chosen for ambiguous films, by their position.
    now
        Current time; interactions without a date get times before it.

    Raises
    ------
    ValueError
        If a chosen film is not among the choices.
    """
    latest: dict[tuple[str, InteractionKind], Entry] = {}
    order: dict[tuple[str, InteractionKind], int] = {}
    number = 0
    for film, tconst in _confirmed(preview, chosen):
        for entry in film.entries:
            kind = _kind(entry, threshold=threshold, listed_as=listed_as)
            before = latest.get((tconst, kind))
            # The later of two dates is the user's current view.
            if before is None or (entry.at and (before.at is None or entry.at >= before.at)):
                latest[tconst, kind], order[tconst, kind] = entry, number
            number += 1
    for tconst, kind in list(latest):
        liked = (tconst, InteractionKind.LIKE) in latest
        if liked and kind is InteractionKind.SEEN and not latest[tconst, kind].is_exact:
            del latest[tconst, kind]  # a like implies it
    return _dated(latest, order, now or datetime.now(UTC))


def export_history(
    marquee: Marquee, user_id: int, form: HistoryFormat, *, people: People | None = None
) -> HistoryExport:
    """Export all interactions of a user; from ``people`` if given, else from the app's store.

    Raises
    ------
    PeopleError
        If user data cannot be read.
    CatalogueError
        If the catalogue cannot be read.
    """
    rows = (people or marquee.people).list_interactions(user_id)
    films = {film.tconst: film for film in marquee.films([row.tconst for row in rows])}
    return write_history(form, [(row, films.get(row.tconst)) for row in rows])


def _group(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """Group entries by film, as an export names a film in several files."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        name = (entry.title.casefold(), entry.other_title.casefold(), entry.year, entry.directors)
        known_by = entry.tconst or (name if not entry.fault else (name, entry.line))
        groups.setdefault(known_by, []).append(entry)
    return [tuple(group) for group in groups.values()]


def _query(entries: tuple[Entry, ...]) -> TitleQuery:
    first = entries[0]
    return TitleQuery(
        tconst=first.tconst,
        titles=tuple(filter(None, (first.title, first.other_title))),
        year=first.year,
        directors=first.directors,
        fault=first.fault,
    )


def _combine(
    groups: Sequence[tuple[Entry, ...]], matches: Sequence[MatchResult]
) -> list[HistoryFilm]:
    """Return the films; of two names for one film, the less exact match becomes ambiguous."""
    exact = {m.film.tconst for m in matches if m.film is not None and m.is_exact}
    films = []
    for entries, match in zip(groups, matches, strict=True):
        found = HistoryFilm(
            label=_label(entries[0]),
            entries=entries,
            film=match.film,
            choices=match.choices,
            reason=match.reason,
        )
        if found.film is not None and not match.is_exact and found.film.tconst in exact:
            reason = "Another line of the file fits this film better."
            found = replace(found, film=None, choices=(found.film,), reason=reason)
        films.append(found)
    return films


def _label(entry: Entry) -> str:
    title = entry.title or entry.other_title or entry.tconst or f"Line {entry.line}"
    return f"{title[:120]} ({entry.year})" if entry.year else title[:120]


def _confirmed(
    preview: HistoryPreview, chosen: Mapping[int, str]
) -> Iterable[tuple[HistoryFilm, str]]:
    for film in preview.matched:
        if film.film is not None:
            yield film, film.film.tconst
    for place, tconst in chosen.items():
        film = preview.ambiguous[place]
        if tconst not in {choice.tconst for choice in film.choices}:
            raise ValueError(f"{tconst!r} is not one of the choices for {film.label}")
        yield film, tconst


def _kind(entry: Entry, *, threshold: float, listed_as: InteractionKind) -> InteractionKind:
    if entry.kind is not None:
        return entry.kind
    if entry.rating is None:
        return listed_as
    return InteractionKind.LIKE if entry.rating >= threshold else InteractionKind.SEEN


def _dated(
    entries: Mapping[tuple[str, InteractionKind], Entry],
    order: Mapping[tuple[str, InteractionKind], int],
    now: datetime,
) -> list[ImportRow]:
    """Return rows with distinct times: the days of the file, in its order.

    Entries without a date come before all others.
    """
    ordered = sorted(
        entries, key=lambda k: (entries[k].at is not None, entries[k].at or now, order[k])
    )
    first = min((e.at for e in entries.values() if e.at is not None), default=now)
    latest = first - _SECOND * (1 + sum(entry.at is None for entry in entries.values()))
    rows = []
    for tconst, kind in ordered:
        entry = entries[tconst, kind]
        if entry.at is not None and entry.is_exact:
            latest = entry.at
        elif entry.at is not None:
            latest = max(entry.at, latest + _MOMENT)
        else:
            latest += _SECOND
        rows.append((tconst, kind, latest))
    return rows
