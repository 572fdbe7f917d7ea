"""Pictures of TMDb's host, fetched for browsers that cannot reach it and kept on the disk."""

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
from typing import TYPE_CHECKING, Final

from recommender.tmdb.client import AGENT, Patience

if TYPE_CHECKING:
    import requests

    from recommender.tmdb.transport import Wire

MOST_BYTES: Final = 5_000_000
"""Of one picture; the widest backdrops have some 500 KB."""
MOST_KEPT_BYTES: Final = 300_000_000
_AT_ONCE = 8
_FAILURE_S = 60.0
_MOST_FAILURES = 1000
_LOOK_EVERY = 50

_LOGGER = logging.getLogger(__name__)


class PictureKind(StrEnum):
    """What a picture shows."""

    POSTER = "poster"
    BACKDROP = "backdrop"


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture, and what it is by its first bytes."""

    body: bytes
    media_type: str


class Pictures:
    """Pictures by size and name, from the disk or from their host.

    Parameters
    ----------
    folder
        Where they are kept; made on first use, and may be lost at any time.
    base
        Address of the host's pictures, without a slash at its end.
    patience
        How long to wait for one.
    most_kept_bytes
        How much of the disk they may take; the longest unused go first.
    """

    def __init__(
        self,
        folder: Path,
        *,
        base: str,
        patience: Patience | None = None,
        most_kept_bytes: int = MOST_KEPT_BYTES,
    ) -> None:
        self._folder, self._base = folder, base
        self._patience = patience or Patience()
        self._most_kept_bytes = most_kept_bytes
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._guard = threading.Lock()
        self._connected: tuple[requests.Session, Wire] | None = None
        self._failed_at: dict[str, float] = {}
        self._written = 0

    def fetch(self, size: str, path: str) -> Picture | None:
        """Return a picture; None when there is none, or none that is a picture.

        Parameters
        ----------
        size
            ``"w342"``; one that TMDb has.
        path
            TMDb's name of the picture, with its slash; one that was read from an answer.
        """
        place = self._folder / size / path.lstrip("/")
        with contextlib.suppress(OSError):
            picture = sniff_picture(place.read_bytes())
            if picture is not None:
                os.utime(place)
                return picture
        name = f"{size}{path}"
        if time.monotonic() - self._failed_at.get(name, -_FAILURE_S) < _FAILURE_S:
            return None
        if not self._places.acquire(timeout=self._patience.deadline_s):
            return None
        try:
            picture = sniff_picture(self._download(f"{self._base}/{name}"))
        finally:
            self._places.release()
        if picture is None:
            self._note_failure(name)
        else:
            self._keep(place, picture.body)
        return picture

    def purge(self) -> None:
        """Forget all of them."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        with self._guard:
            connected, self._connected = self._connected, None
        if connected is not None:
            connected[0].close()

    def _download(self, address: str) -> bytes:
        import requests  # noqa: PLC0415 - only who uses it waits for it

        session, wire = self._connect()
        wire.begin(self._patience.deadline_s)
        try:
            with session.get(
                address,
                timeout=(self._patience.connect_s, self._patience.read_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.status_code != 200:
                    return b""
                body = bytearray()
                for piece in response.iter_content(65_536):
                    body += piece
                    if len(body) > MOST_BYTES:
                        return b""
                return bytes(body)
        except requests.RequestException as error:
            _LOGGER.info("A picture could not be fetched: %s", type(error).__name__)
            return b""

    def _connect(self) -> tuple[requests.Session, Wire]:
        from recommender.tmdb.transport import open_session  # noqa: PLC0415

        with self._guard:
            if self._connected is None:
                # Without the key: pictures need none, and their host must never see it.
                self._connected = open_session(
                    key=None,
                    limiter=None,
                    most_bytes=MOST_BYTES + 100_000,
                    connections=_AT_ONCE,
                    agent=AGENT,
                )
            return self._connected

    def _note_failure(self, name: str) -> None:
        with self._guard:
            if len(self._failed_at) >= _MOST_FAILURES:
                self._failed_at.clear()
            self._failed_at[name] = time.monotonic()

    def _keep(self, place: Path, body: bytes) -> None:
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".tmp", delete=False) as file:
                file.write(body)
            Path(file.name).replace(place)  # whole or not at all
        except OSError as error:
            _LOGGER.warning("A picture could not be kept: %s", error)
            return
        with self._guard:
            self._written += 1
            if self._written % _LOOK_EVERY == 1:
                self._trim()

    def _trim(self) -> None:
        kept = []
        for place in self._folder.rglob("*"):
            with contextlib.suppress(OSError):
                if place.is_file():
                    found = place.stat()
                    kept.append((found.st_mtime, found.st_size, place))
        total = sum(size for _, size, _ in kept)
        for _, size, place in sorted(kept):
            if total <= self._most_kept_bytes:
                return
            with contextlib.suppress(OSError):
                place.unlink()
                total -= size


def sniff_picture(body: bytes) -> Picture | None:
    """Return bytes as the picture they are; None when they are none of the kinds TMDb has.

    Parameters
    ----------
    body
        What came, whatever its sender called it.
    """
    if body.startswith(b"\xff\xd8\xff"):
        return Picture(body=body, media_type="image/jpeg")
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture(body=body, media_type="image/png")
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return Picture(body=body, media_type="image/webp")
    return None
