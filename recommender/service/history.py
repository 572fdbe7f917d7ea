"""Somebody's own history: which films it means, what becomes of it, and taking it along.

Nothing is written before the person has seen what was found. A film is only taken by itself where
there is no doubt: by IMDb's id, or by a title and a year that fit one film alone. Everything else
is asked or left out; a wrong film in a taste is worse than a missing one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from recommender.entities import Film, InteractionKind
from recommender.service.history_match import FilmAsked, Verdict, judge
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

_BATCH = 2_500  # films looked up at once: each time, the whole catalogue is read
_MOMENT = timedelta(milliseconds=2)  # wider than the breath in which a persona is put on
_SECOND = timedelta(seconds=1)
_DEFAULT_THRESHOLDS = {5: 4.0, 10: 7.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryFilm:
    """A film of a history: what the file says of it, and what it was found to be.

    Attributes
    ----------
    label
        Title and year as the file has them.
    entries
        The lines about it, oldest first.
    film
        The film it is; None when it is not sure.
    choices
        Films it may be, likeliest first, when it is not sure.
    reason
        Why it is not sure, or not found, as a sentence.
    """

    label: str
    entries: tuple[Entry, ...]
    film: Film | None = None
    choices: tuple[Film, ...] = ()
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryPreview:
    """What was found in somebody's files, before anything is written.

    Attributes
    ----------
    source
        Whose files they are.
    scale
        The best rating there is in them, 5 or 10.
    threshold
        From which rating on a film is taken for liked, unless the person says otherwise.
    matched, ambiguous, unmatched
        The films by how sure it is which they are.
    left_aside
        Names of files that came along and say nothing of films.
    """

    source: HistoryFormat
    scale: int
    threshold: float
    matched: tuple[HistoryFilm, ...]
    ambiguous: tuple[HistoryFilm, ...]
    unmatched: tuple[HistoryFilm, ...]
    left_aside: tuple[str, ...] = ()

    @property
    def has_ratings(self) -> bool:
        """Whether the threshold makes a difference."""
        return any(entry.rating is not None for entry in self._entries())

    @property
    def has_list(self) -> bool:
        """Whether the person has to say what being in the file means."""
        return any(entry.is_listed for entry in self._entries())

    def _entries(self) -> Iterable[Entry]:
        return (e for film in (*self.matched, *self.ambiguous) for e in film.entries)


def preview_history(
    marquee: Marquee,
    files: Sequence[tuple[str, bytes]],
    *,
    progress: Progress = lambda _part, _what: None,
) -> HistoryPreview:
    """Return which films somebody's files mean; nothing is written.

    Parameters
    ----------
    marquee
        Whose catalogue is asked.
    files
        Pairs of name and content.
    progress
        Told the part done (0 to 1) and what is being done.

    Raises
    ------
    HistoryFileError
        If the files cannot be understood.
    CatalogueError
        If the catalogue cannot be read.
    """
    progress(0.0, "Reading the files")
    history = read_history(files)
    groups = _group(history.entries)
    progress(0.3, "Looking for the films")
    asked = [_ask(entries) for entries in groups]
    verdicts: list[Verdict] = []
    for start in range(0, len(asked), _BATCH):
        verdicts += judge(marquee.catalogue, asked[start : start + _BATCH])
        done = min(start + _BATCH, len(asked))
        progress(0.3 + 0.7 * done / len(asked), f"Looked for {done:,} of {len(asked):,} films")
    films = _settle(groups, verdicts)
    return HistoryPreview(
        source=history.source,
        scale=history.scale,
        threshold=_DEFAULT_THRESHOLDS[history.scale],
        matched=tuple(f for f in films if f.film is not None),
        ambiguous=tuple(f for f in films if f.film is None and f.choices),
        unmatched=tuple(f for f in films if f.film is None and not f.choices),
        left_aside=history.left_aside,
    )


def plan_history(
    preview: HistoryPreview,
    *,
    threshold: float,
    listed_as: InteractionKind,
    chosen: Mapping[int, str],
    now: datetime | None = None,
) -> list[ImportRow]:
    """Return what is to be written, oldest first.

    Parameters
    ----------
    preview
        From `preview_history`.
    threshold
        From this rating on, on the preview's scale, a film is liked; below, it was seen.
    listed_as
        What being on a list means.
    chosen
        The film picked for each ambiguous one, by its place among them: one of its choices.
    now
        The time it is; dates the file does not have end here.

    Raises
    ------
    ValueError
        If a film was picked that is not among its choices.
    """
    said: dict[tuple[str, InteractionKind], Entry] = {}
    order: dict[tuple[str, InteractionKind], int] = {}
    number = 0
    for film, tconst in _meant(preview, chosen):
        for entry in film.entries:
            kind = _kind(entry, threshold=threshold, listed_as=listed_as)
            before = said.get((tconst, kind))
            # Of two dates the later: it is what the person thinks now.
            if before is None or (entry.at and (before.at is None or entry.at >= before.at)):
                said[tconst, kind], order[tconst, kind] = entry, number
            number += 1
    for tconst, kind in list(said):
        liked = (tconst, InteractionKind.LIKE) in said
        if liked and kind is InteractionKind.SEEN and not said[tconst, kind].is_exact:
            del said[tconst, kind]  # who likes a film has seen it
    return _dated(said, order, now or datetime.now(UTC))


def export_history(
    marquee: Marquee, user_id: int, form: HistoryFormat, *, people: People | None = None
) -> HistoryExport:
    """Return everything a person said of films as a file; ``people`` is where they are kept.

    Raises
    ------
    PeopleError
        If people's data cannot be read.
    CatalogueError
        If the catalogue cannot be read.
    """
    said = (people or marquee.people).list_interactions(user_id)
    films = {film.tconst: film for film in marquee.films([row.tconst for row in said])}
    return write_history(form, [(row, films.get(row.tconst)) for row in said])


def _group(entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
    """Return the lines about each film together: an export names one in several of its files."""
    groups: dict[object, list[Entry]] = {}
    for entry in entries:
        name = (entry.title.casefold(), entry.other_title.casefold(), entry.year, entry.directors)
        known_by = entry.tconst or (name if not entry.fault else (name, entry.line))
        groups.setdefault(known_by, []).append(entry)
    return [tuple(group) for group in groups.values()]


def _ask(entries: tuple[Entry, ...]) -> FilmAsked:
    first = entries[0]
    return FilmAsked(
        tconst=first.tconst,
        titles=tuple(filter(None, (first.title, first.other_title))),
        year=first.year,
        directors=first.directors,
        fault=first.fault,
    )


def _settle(groups: Sequence[tuple[Entry, ...]], verdicts: Sequence[Verdict]) -> list[HistoryFilm]:
    """Return the films; two names for one film, of which one fits only nearly, are doubtful."""
    sure = {v.film.tconst for v in verdicts if v.film is not None and v.is_exact}
    films = []
    for entries, verdict in zip(groups, verdicts, strict=True):
        found = HistoryFilm(
            label=_label(entries[0]),
            entries=entries,
            film=verdict.film,
            choices=verdict.choices,
            reason=verdict.reason,
        )
        if found.film is not None and not verdict.is_exact and found.film.tconst in sure:
            reason = "Another line of the file fits this film better."
            found = replace(found, film=None, choices=(found.film,), reason=reason)
        films.append(found)
    return films


def _label(entry: Entry) -> str:
    title = entry.title or entry.other_title or entry.tconst or f"Line {entry.line}"
    return f"{title[:120]} ({entry.year})" if entry.year else title[:120]


def _meant(preview: HistoryPreview, chosen: Mapping[int, str]) -> Iterable[tuple[HistoryFilm, str]]:
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
    said: Mapping[tuple[str, InteractionKind], Entry],
    order: Mapping[tuple[str, InteractionKind], int],
    now: datetime,
) -> list[ImportRow]:
    """Return rows with a moment each: the file's day, in its order, and no two at one moment.

    What has no date comes before all that has one.
    """
    ordered = sorted(said, key=lambda k: (said[k].at is not None, said[k].at or now, order[k]))
    first = min((e.at for e in said.values() if e.at is not None), default=now)
    latest = first - _SECOND * (1 + sum(entry.at is None for entry in said.values()))
    rows = []
    for tconst, kind in ordered:
        entry = said[tconst, kind]
        if entry.at is not None and entry.is_exact:
            latest = entry.at
        elif entry.at is not None:
            latest = max(entry.at, latest + _MOMENT)
        else:
            latest += _SECOND
        rows.append((tconst, kind, latest))
    return rows
