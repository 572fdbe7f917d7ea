"""What TMDb answered, kept in SQLite: a file of its own that may be lost at any time.

Nothing here can stop a page. A file that cannot be read is begun anew, and where none can be
written the cache lives in memory until the process ends.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from recommender.tmdb.cache_file import CacheFile
from recommender.tmdb.enrichment import Details, Offer, Provider
from recommender.tmdb.parsing import Basics, Configuration

DAY_S: Final = 86_400.0
KEEP_S: Final = 180 * DAY_S
"""How long a hit may be shown; TMDb's terms say six months at most."""
REFRESH_S: Final = 30 * DAY_S
"""From this age on a hit is asked for again, while it is still shown."""
MISS_S: Final = DAY_S
FAILURE_S: Final = 60.0
CONFIGURATION_S: Final = 7 * DAY_S
MOST_FILMS: Final = 50_000
"""About 40 MB."""
_TRIM_EVERY = 500
_KEYS = {"films": "tconst, language", "details": "tconst, language, region"}
_PLAIN_DETAILS = ("trailer", "watch_link", "certificate", "music", "keywords")

Answer = TypeVar("Answer", Basics, Details)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept(Generic[Answer]):
    """What is kept under one id.

    Attributes
    ----------
    answer
        What TMDb said; None for "no such film" and for nothing yet.
    answered_at, failed_at
        When it last said so, and when asking last failed: seconds since 1970, 0 for never.
    """

    answer: Answer | None
    answered_at: float
    failed_at: float

    def is_shown(self, now: float) -> bool:
        """Whether there is something that may still be shown."""
        return self.answer is not None and _is_within(now, self.answered_at, KEEP_S)

    def is_wanted(self, now: float) -> bool:
        """Whether TMDb should be asked, because nothing it said or failed to say still counts."""
        if _is_within(now, self.failed_at, FAILURE_S):
            return False
        return not _is_within(now, self.answered_at, KEEP_S if self.answer else MISS_S)

    def is_aging(self, now: float) -> bool:
        """Whether TMDb should be asked again, though the answer may still be shown."""
        old = not _is_within(now, self.answered_at, REFRESH_S)
        failed = _is_within(now, self.failed_at, FAILURE_S)
        return self.is_shown(now) and old and not failed

    @property
    def moment(self) -> datetime:
        """When TMDb answered."""
        return datetime.fromtimestamp(self.answered_at, UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheSize:
    """How much is kept: films TMDb knows, films it does not, bytes on the disk."""

    films: int = 0
    unknown: int = 0
    size_bytes: int = 0


class Cache:
    """What TMDb answered about films, in one language and region.

    Parameters
    ----------
    path
        The database file; made when missing.
    language, region
        Answers in others are kept beside and not seen.
    clock
        Seconds since 1970.
    most_films
        How many are kept; the oldest go first.
    """

    def __init__(
        self,
        path: Path,
        *,
        language: str,
        region: str,
        clock: Callable[[], float] = time.time,
        most_films: int = MOST_FILMS,
    ) -> None:
        self.clock = clock
        self._most = most_films
        self._language, self.region = language, region
        self._file = CacheFile(path)
        self._saved = 0

    def find(self, tconsts: Sequence[str]) -> dict[str, Kept[Basics]]:
        """Return what is kept of films; those never asked for are left out."""
        rows = self._file.read(
            "SELECT tconst, answered_at, failed_at, tmdb_id, poster_path, backdrop_path, overview "
            "FROM films WHERE language = ? AND tconst IN (SELECT value FROM json_each(?))",
            (self._language, json.dumps(list(tconsts))),
        )
        return {row[0]: _kept_basics(row) for row in rows}

    def find_details(self, tconst: str) -> Kept[Details] | None:
        """Return what is kept of a film's details; None when they were never asked for."""
        rows = self._file.read(
            "SELECT answered_at, failed_at, body FROM details "
            "WHERE tconst = ? AND language = ? AND region = ?",
            (tconst, self._language, self.region),
        )
        return next((_kept_details(row) for row in rows), None)

    def find_configuration(self) -> Configuration | None:
        """Return where pictures are; None when that is unknown or a week old."""
        rows = self._file.read("SELECT answered_at, body FROM configuration", ())
        for answered_at, body in rows:
            if _is_within(self.clock(), answered_at, CONFIGURATION_S):
                base, posters, backdrops = json.loads(body)
                return Configuration(
                    base=base, poster_sizes=tuple(posters), backdrop_sizes=tuple(backdrops)
                )
        return None

    def save(self, tconst: str, basics: Basics | None) -> None:
        """Keep what TMDb said of a film; None: it knows no such film."""
        said = basics or Basics(tmdb_id=0)
        self._file.write(
            "INSERT OR REPLACE INTO films VALUES (?, ?, ?, 0, ?, ?, ?, ?)",
            (
                *(tconst, self._language, self.clock(), said.tmdb_id or None),
                *(said.poster_path, said.backdrop_path, said.overview),
            ),
        )
        self._trim_now_and_then()

    def save_failure(self, tconst: str) -> None:
        """Note that asking for a film failed; what was known of it stays."""
        self._file.write(
            "INSERT INTO films VALUES (?, ?, 0, ?, NULL, NULL, NULL, NULL) "
            "ON CONFLICT DO UPDATE SET failed_at = excluded.failed_at",
            (tconst, self._language, self.clock()),
        )
        self._trim_now_and_then()

    def save_details(self, tconst: str, details: Details) -> None:
        """Keep a film's details."""
        body = json.dumps(
            {
                **{name: getattr(details, name) for name in _PLAIN_DETAILS},
                "providers": [[provider.name, provider.offer] for provider in details.providers],
            }
        )
        self._file.write(
            "INSERT OR REPLACE INTO details VALUES (?, ?, ?, ?, 0, ?)",
            (tconst, self._language, self.region, self.clock(), body),
        )
        self._trim_now_and_then()

    def save_details_failure(self, tconst: str) -> None:
        """Note that asking for a film's details failed; what was known of them stays."""
        self._file.write(
            "INSERT INTO details VALUES (?, ?, ?, 0, ?, NULL) "
            "ON CONFLICT DO UPDATE SET failed_at = excluded.failed_at",
            (tconst, self._language, self.region, self.clock()),
        )

    def save_configuration(self, found: Configuration) -> None:
        """Keep where pictures are."""
        body = json.dumps([found.base, found.poster_sizes, found.backdrop_sizes])
        self._file.write(
            "INSERT OR REPLACE INTO configuration VALUES (0, ?, ?)", (self.clock(), body)
        )

    def size(self) -> CacheSize:
        """Return how much is kept, of what may still be shown."""
        rows = self._file.read(
            "SELECT count(tmdb_id), count(*) FROM films WHERE answered_at > ?",
            (self.clock() - KEEP_S,),
        )
        known, everything = rows[0] if rows else (0, 0)
        return CacheSize(
            films=known, unknown=everything - known, size_bytes=self._file.size_bytes()
        )

    def holds_films(self) -> bool:
        """Whether there is any film that TMDb knows."""
        return bool(self._file.read("SELECT 1 FROM films WHERE tmdb_id > 0 LIMIT 1", ()))

    def purge(self) -> None:
        """Forget everything."""
        self._file.forget()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _trim_now_and_then(self) -> None:
        self._saved += 1
        if self._saved % _TRIM_EVERY == 1:  # the first one too: a short life must not let it grow
            for table, key in _KEYS.items():
                self._file.write(
                    f"DELETE FROM {table} WHERE max(answered_at, failed_at) < ?",
                    (self.clock() - KEEP_S,),
                )
                self._file.write(
                    f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} "
                    "ORDER BY max(answered_at, failed_at) DESC LIMIT -1 OFFSET ?)",
                    (self._most,),
                )


def _is_within(now: float, moment: float, most_s: float) -> bool:
    # A moment ahead of now by more than a day comes from a clock that was wrong.
    return -DAY_S < now - moment < most_s


def _kept_basics(row: Sequence[Any]) -> Kept[Basics]:
    _, answered_at, failed_at, tmdb_id, poster, backdrop, overview = row
    return Kept(
        answer=tmdb_id
        and Basics(tmdb_id=tmdb_id, poster_path=poster, backdrop_path=backdrop, overview=overview),
        answered_at=answered_at,
        failed_at=failed_at,
    )


def _kept_details(row: Sequence[Any]) -> Kept[Details]:
    answered_at, failed_at, body = row
    said = json.loads(body) if body else None
    return Kept(
        answer=said
        and Details(
            trailer=said["trailer"],
            watch_link=said["watch_link"],
            certificate=said["certificate"],
            music=tuple(said["music"]),
            keywords=tuple(said["keywords"]),
            providers=tuple(
                Provider(name=name, offer=Offer(offer)) for name, offer in said["providers"]
            ),
        ),
        answered_at=answered_at,
        failed_at=failed_at,
    )
