"""Proxy for TMDb's pictures with a cache on disk, for networks that block TMDb's image host."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from recommender.errors import TmdbError, TmdbUnavailable
from recommender.tmdb.transport import Timeouts, Transport

MAX_BYTES: Final = 5_000_000
"""Size limit of a picture; the widest backdrops have some 500 KB."""
MAX_CACHE_BYTES: Final = 300_000_000
TRIM_EVERY: Final = 50
"""Number of saved pictures between two checks of the cache's size."""
_RETRY_AFTER_S = 60.0
_MAX_FAILURES = 1000
_SIGNATURES = (
    (b"\xff\xd8\xff", b"", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", b"", "image/png"),
    (b"RIFF", b"WEBP", "image/webp"),
)

_LOGGER = logging.getLogger(__name__)


class PictureKind(StrEnum):
    """Kind of a picture."""

    POSTER = "poster"
    BACKDROP = "backdrop"


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """Bytes of a picture and their media type."""

    body: bytes
    media_type: str


class Pictures:
    """Pictures by size and path, from disk or from their host.

    Parameters
    ----------
    folder : cache; created on first use, and may be deleted at any time
    base : address of the image host, without a slash at its end
    max_cache_bytes : size limit of the folder; the least recently used pictures are deleted first
    """

    def __init__(
        self,
        folder: Path,
        *,
        base: str,
        timeouts: Timeouts | None = None,
        max_cache_bytes: int = MAX_CACHE_BYTES,
        trim_every: int = TRIM_EVERY,
    ) -> None:
        self._folder, self._base = folder, base
        self._max_cache_bytes, self._trim_every = max_cache_bytes, trim_every
        # No key: the image host needs none and must never see it.
        self._transport = Transport(max_bytes=MAX_BYTES, timeouts=timeouts)
        self._guard = threading.Lock()
        self._failed_at: dict[str, float] = {}
        self._saves = 0

    def fetch(self, size: str, path: str) -> Picture | None:
        """Return a picture; None when it cannot be fetched or is no picture.

        Parameters
        ----------
        size : width in TMDb's notation, e.g. ``"w342"``
        path : TMDb's path of the picture, with its slash; must come from a parsed answer
        """
        file = self._folder / size / path.lstrip("/")
        with contextlib.suppress(OSError):
            picture = sniff_picture(file.read_bytes())
            if picture is not None:
                os.utime(file)
                return picture
        name = f"{size}{path}"
        if time.monotonic() - self._failed_at.get(name, -_RETRY_AFTER_S) < _RETRY_AFTER_S:
            return None
        picture = self._download(name)
        if picture is None:
            self._record_failure(name)
        else:
            self._save(file, picture.body)
        return picture

    def purge(self) -> None:
        """Delete all cached pictures.

        Raises
        ------
        TmdbError
            If a picture cannot be deleted.
        """
        try:
            shutil.rmtree(self._folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise TmdbError(f"{self._folder} cannot be deleted: {error.strerror}.") from error

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self._transport.close()

    def _download(self, name: str) -> Picture | None:
        try:
            response = self._transport.get(f"{self._base}/{name}")
        except TmdbUnavailable as error:
            _LOGGER.info("A picture could not be fetched: %s", error)
            return None
        return sniff_picture(response.body) if response.status == 200 else None

    def _record_failure(self, name: str) -> None:
        with self._guard:
            if len(self._failed_at) >= _MAX_FAILURES:
                self._failed_at.clear()
            self._failed_at[name] = time.monotonic()

    def _save(self, file: Path, body: bytes) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".tmp", delete=False) as draft:
                draft.write(body)
            Path(draft.name).replace(file)  # atomic: readers see all of it or nothing
        except OSError as error:
            _LOGGER.warning("A picture could not be saved: %s", error)
            return
        with self._guard:
            self._saves += 1
            if self._saves % self._trim_every == 1:  # the first too: a process may end soon
                self._trim()

    def _trim(self) -> None:
        files = []
        for file in self._folder.rglob("*"):
            with contextlib.suppress(OSError):
                if file.is_file():
                    found = file.stat()
                    files.append((found.st_mtime, found.st_size, file))
        total = sum(size for _, size, _ in files)
        for _, size, file in sorted(files):
            if total <= self._max_cache_bytes:
                return
            with contextlib.suppress(OSError):
                file.unlink()
                total -= size


def sniff_picture(body: bytes) -> Picture | None:
    """Return bytes as a picture; None unless they begin like a JPEG, PNG or WebP file."""
    for start, at_8, media_type in _SIGNATURES:
        if body.startswith(start) and body.startswith(at_8, 8):
            return Picture(body=body, media_type=media_type)
    return None
