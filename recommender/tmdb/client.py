"""Asking TMDb: one pooled session, short patience, and no belief in what comes back."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from recommender.errors import TmdbKeyRefused, TmdbUnavailable
from recommender.settings import Secret
from recommender.tmdb.enrichment import Details
from recommender.tmdb.limiter import PROCESS_LIMITER, Limiter
from recommender.tmdb.parsing import (
    Basics,
    Configuration,
    read_configuration,
    read_details,
    read_found,
)

if TYPE_CHECKING:
    import requests

    from recommender.tmdb.transport import Wire

WORKERS: Final = 8
"""Requests under way at once, and connections kept open."""
MOST_BYTES: Final = 2_000_000
"""Of one answer; the longest real ones, of films with hundreds of cast, have some 400 KB."""
_PARTS = "credits,videos,keywords,release_dates,watch/providers"
AGENT = "Marquee/0.1 (+films; requests)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    Attributes
    ----------
    connect_s, read_s
        For a connection, and for each next piece of an answer.
    deadline_s
        For one film, from the first try to the last byte of the last; waiting for a permit of
        the limiter comes before.
    """

    connect_s: float = 1.5
    read_s: float = 3.0
    deadline_s: float = 4.0


class Client:
    """TMDb, as one key sees it.

    Parameters
    ----------
    api_url
        Address of version 3, without a slash at its end.
    key
        A v3 key or a v4 token.
    language
        Of overviews, like ``"en-US"``.
    limiter
        What all clients of the process share.
    patience
        How long to wait.
    """

    def __init__(
        self,
        api_url: str,
        key: Secret,
        *,
        language: str,
        limiter: Limiter = PROCESS_LIMITER,
        patience: Patience | None = None,
    ) -> None:
        self.key = key
        self.limiter = limiter
        self._api_url = api_url
        self._language = language
        self._patience = patience or Patience()
        self._lock = threading.Lock()
        self._connected: tuple[requests.Session, Wire] | None = None

    def find(self, tconst: str) -> Basics | None:
        """Return what TMDb knows of a film by its IMDb id; None when it knows no such film.

        Raises
        ------
        TmdbUnavailable
            If there is no answer, or none that can be believed.
        TmdbKeyRefused
            If TMDb does not know the key.
        """
        answer = self._ask(
            f"/find/{quote(tconst, safe='')}",
            {"external_source": "imdb_id", "language": self._language},
        )
        return None if answer is None else read_found(answer)

    def find_details(self, tmdb_id: int, *, region: str) -> Details:
        """Return what a film's own page shows beyond the basics; empty when there is no such film.

        Raises
        ------
        TmdbUnavailable, TmdbKeyRefused
            As of `find`.
        """
        wanted = {"append_to_response": _PARTS, "language": self._language}
        answer = self._ask(f"/movie/{tmdb_id}", wanted)
        return Details() if answer is None else read_details(answer, region=region)

    def find_configuration(self) -> Configuration:
        """Return where TMDb keeps its pictures, and in which sizes.

        Raises
        ------
        TmdbUnavailable, TmdbKeyRefused
            As of `find`.
        """
        return read_configuration(self._ask("/configuration", {}))

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        with self._lock:
            connected, self._connected = self._connected, None
        if connected is not None:
            connected[0].close()

    def _ask(self, path: str, query: dict[str, str]) -> object:
        """Return decoded JSON; None for TMDb's own "not found"."""
        import requests  # noqa: PLC0415 - only who has a key waits for it

        session, wire = self._connect()
        wire.begin(self._patience.deadline_s)
        try:
            with session.get(
                self._api_url + path,
                params=query,
                timeout=(self._patience.connect_s, self._patience.read_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                return _decode(response)
        except requests.RequestException as error:
            raise TmdbUnavailable(f"TMDb gave no whole answer ({_name(error)}).") from error

    def _connect(self) -> tuple[requests.Session, Wire]:
        from recommender.tmdb.transport import is_sendable, open_session  # noqa: PLC0415

        if not is_sendable(self.key):
            raise TmdbKeyRefused("That is no key of TMDb: it has characters that no key has.")
        with self._lock:
            if self._connected is None:
                self._connected = open_session(
                    key=self.key,
                    limiter=self.limiter,
                    most_bytes=MOST_BYTES,
                    connections=WORKERS,
                    agent=AGENT,
                )
            return self._connected


def _decode(response: requests.Response) -> object:
    status = response.status_code
    if status == 401:
        raise TmdbKeyRefused("TMDb does not know the key.")
    if status not in (200, 404):
        raise TmdbUnavailable(f"TMDb answered with status {status}.")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise TmdbUnavailable("What answered is not TMDb: it sent no JSON.")
    body = bytearray()
    for piece in response.iter_content(65_536):
        body += piece
        if len(body) > MOST_BYTES:
            raise TmdbUnavailable("TMDb's answer is too long.")
    try:
        answer = json.loads(bytes(body))
    except (ValueError, RecursionError):
        # Without the cause: it would carry what a stranger sent.
        raise TmdbUnavailable("TMDb's answer cannot be read.") from None
    if status == 404:
        if isinstance(answer, dict) and answer.get("status_code") == 34:
            return None
        raise TmdbUnavailable("TMDb answered with status 404.")
    return answer


def _name(error: Exception) -> str:
    return type(error).__name__
