"""Client of TMDb's API, version 3: find a film, its details, and check the key."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote

from recommender.errors import TmdbKeyRefused, TmdbUnavailable
from recommender.settings import Secret
from recommender.tmdb.enrichment import Details
from recommender.tmdb.limiter import PROCESS_LIMITER, RateLimiter
from recommender.tmdb.parsing import Basics, parse_details, parse_find
from recommender.tmdb.transport import Response, Timeouts, Transport, is_sendable

MAX_BYTES: Final = 2_000_000
"""Size limit of an answer; the longest, of films with hundreds of cast, have some 400 KB."""
_PARTS = "credits,videos,keywords,release_dates,watch/providers"
_NOT_FOUND = 34
"""TMDb's own code for "no such film"; a proxy's 404 does not have it."""


class Client:
    """TMDb's API for one key.

    Parameters
    ----------
    api_url : address of version 3, without a slash at its end
    key : a v3 key or a v4 token
    language : language of overviews, like ``"en-US"``
    limiter : shared by the clients of the process
    """

    def __init__(
        self,
        api_url: str,
        key: Secret,
        *,
        language: str,
        limiter: RateLimiter = PROCESS_LIMITER,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.key = key
        self.limiter = limiter
        self._api_url = api_url
        self._language = language
        self.transport = Transport(max_bytes=MAX_BYTES, key=key, limiter=limiter, timeouts=timeouts)

    def find(self, tconst: str) -> Basics | None:
        """Return TMDb's record of a film by IMDb id; None when TMDb has no such film.

        Raises
        ------
        TmdbUnavailable
            If no valid answer arrives.
        TmdbKeyRefused
            If TMDb refuses the key.
        """
        answer = self._get(
            f"/find/{quote(tconst, safe='')}",
            {"external_source": "imdb_id", "language": self._language},
        )
        return None if answer is None else parse_find(answer)

    def find_details(self, tmdb_id: int, *, region: str) -> Details:
        """Return the details of a film for its own page; empty when TMDb has no such film.

        Raises
        ------
        TmdbUnavailable, TmdbKeyRefused
            See `find`.
        """
        query = {"append_to_response": _PARTS, "language": self._language}
        answer = self._get(f"/movie/{tmdb_id}", query)
        return Details() if answer is None else parse_details(answer, region=region)

    def check_key(self) -> None:
        """Send the smallest request; raise as `find` if it fails."""
        self._get("/configuration", {})

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self.transport.close()

    def _get(self, path: str, query: dict[str, str]) -> object:
        """Return decoded JSON; None for TMDb's own "not found"."""
        if not is_sendable(self.key):
            raise TmdbKeyRefused("The TMDb key has characters that no key has.")
        return _decode(self.transport.get(self._api_url + path, query))


def _decode(response: Response) -> object:
    if response.status == 401:
        raise TmdbKeyRefused("TMDb refuses the key.")
    if response.status not in {200, 404}:
        raise TmdbUnavailable(f"TMDb answered with status {response.status}.")
    if response.content_type != "application/json":
        raise TmdbUnavailable("The answer is not from TMDb: it is not JSON.")
    try:
        answer = json.loads(response.body)
    except (ValueError, RecursionError):
        # Without the cause: it would carry text of an unknown sender.
        raise TmdbUnavailable("TMDb's answer cannot be read.") from None
    if response.status == 404:
        if isinstance(answer, dict) and answer.get("status_code") == _NOT_FOUND:
            return None
        raise TmdbUnavailable("TMDb answered with status 404.")
    return answer
