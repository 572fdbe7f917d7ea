"""Fetch a large file so that a cut line costs only what was not there yet.

The one module of the catalogue that asks other hosts. A file arrives under ``NAME.part`` with a
page ``NAME.json`` that says which edition of it this is; the next attempt asks for the rest of
the same edition, and starts anew when there is another.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from recommender.catalogue.database import make_durable
from recommender.catalogue.imdb.progress import Step, Tracker
from recommender.catalogue.imdb.schemas import FILE_SCHEMAS
from recommender.errors import DownloadFailed, FilmFileError

PUBLIC_ADDRESS = "https://datasets.imdbws.com/"
"""Where IMDb publishes its data sets for personal and non-commercial use, every day."""
Tell = Callable[[int, int | None], None]
"""Told how many bytes are there, and of how many when that is known; may raise to stop."""

_PIECE_BYTES = 256 * 2**10
_TIMEOUT_S = (10.0, 30.0)
_TRIES = 5
_LONGEST_WAIT_S = 60.0
_PASSING = {408, 425, 429, 500, 502, 503, 504}


def is_address(source: str) -> bool:
    """Return whether a source is an address and not a folder."""
    return urlsplit(source).scheme in {"http", "https"}


def find_files(folder: Path) -> dict[str, Path]:
    """Return the path of each file, by its name without ``.tsv.gz``.

    A file that a browser unpacked lies there as ``.tsv``; the gzipped one is preferred.

    Raises
    ------
    FilmFileError
        If one is missing.
    """
    files: dict[str, Path] = {}
    missing = []
    for shape in FILE_SCHEMAS:
        packed = folder / shape.file_name
        found = next((path for path in (packed, packed.with_suffix("")) if path.is_file()), None)
        if found is None:
            missing.append(shape.file_name)
        else:
            files[shape.name] = found
    if missing:
        raise FilmFileError(f"{folder} lacks these files: {', '.join(missing)}.")
    return files


def fetch_files(
    address: str, folder: Path, tracker: Tracker, downloader: Downloader
) -> dict[str, Path]:
    """Fetch the files as far as they are not there yet; return where each is.

    Parameters
    ----------
    address
        Of the folder they are published in.
    folder
        Where they go.
    tracker
        Told how many bytes there are.
    downloader
        Fetches them.

    Raises
    ------
    DownloadFailed
        If one cannot be had.
    """
    base = address if address.endswith("/") else f"{address}/"
    sizes = {shape.name: downloader.size_of(base + shape.file_name) for shape in FILE_SCHEMAS}
    files: dict[str, Path] = {}
    for number, shape in enumerate(FILE_SCHEMAS):
        done = sum(path.stat().st_size for path in files.values())

        def tell(
            there: int,
            total: int | None,
            done: int = done,
            number: int = number,
            name: str = shape.name,
        ) -> None:
            sizes[name] = total
            known = [size for size in sizes.values() if size]
            whole = sum(known) if len(known) == len(FILE_SCHEMAS) else 0
            part = (done + there) / whole if whole else (number + bool(total)) / len(FILE_SCHEMAS)
            tracker.tell(
                Step.FETCH,
                part,
                f"Fetching {name}",
                bytes_done=done + there,
                bytes_total=whole,
            )

        files[shape.name] = downloader.fetch(base + shape.file_name, folder / shape.file_name, tell)
    return files


def forget_files(folder: Path, names: Collection[str] | None = None) -> None:
    """Remove what was fetched into a folder: all of it, or only the files of these names."""
    for shape in FILE_SCHEMAS:
        if names is None or shape.name in names:
            forget_file(folder / shape.file_name)


class _TryAgain(Exception):  # noqa: N818 - not an error yet
    """The line was cut or the server is busy; what is there stays."""

    def __init__(self, why: str, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Downloader:
    """Fetches files over HTTP.

    Parameters
    ----------
    session
        Makes the requests.
    sleep
        Waits between two tries, seconds.
    tries
        How often in a row a file is asked for without a byte coming.
    """

    session: requests.Session = field(default_factory=requests.Session)
    sleep: Callable[[float], None] = time.sleep
    tries: int = _TRIES

    def size_of(self, url: str) -> int | None:
        """Return how large a file is, None when the server does not say."""
        try:
            with self.session.head(
                url,
                headers={"Accept-Encoding": "identity"},
                timeout=_TIMEOUT_S,
                allow_redirects=True,
            ) as answer:
                return _whole(answer.headers.get("Content-Length")) if answer.ok else None
        except requests.RequestException:
            return None

    def fetch(self, url: str, target: Path, tell: Tell) -> Path:
        """Return the file, fetched as far as it was not there yet.

        Parameters
        ----------
        url
            Where it is.
        target
            Where it goes. One that is there is asked about and kept when it is still the same.
        tell
            See ``Tell``.

        Raises
        ------
        DownloadFailed
            If the server cannot be reached or refuses, or the disk does; what came stays for
            the next attempt.
        """
        failures = 0
        while True:
            before = _size(_part(target))
            try:
                self._attempt(url, target, tell)
            except _TryAgain as fault:
                failures = failures + 1 if _size(_part(target)) <= before else 1
                if failures >= self.tries:
                    raise DownloadFailed(
                        f"{url} cannot be fetched: {fault}. What is there is kept; "
                        "import again to go on."
                    ) from fault
                self.sleep(min(fault.wait_s or 2.0 ** (failures - 1), _LONGEST_WAIT_S))
            except requests.RequestException as error:
                raise DownloadFailed(f"{url} cannot be fetched: {error}.") from error
            except OSError as error:
                raise DownloadFailed(
                    f"{target.name} cannot be kept in {target.parent}: "
                    f"{(error.strerror or str(error)).lower()}."
                ) from error
            else:
                return target

    def _attempt(self, url: str, target: Path, tell: Tell) -> None:
        part, known = _part(target), _Edition.read(target)
        headers = {"Accept-Encoding": "identity"}
        if target.exists() and known.url == url:
            headers |= known.if_changed()
        elif _size(part) and known.url == url and known.validator:
            headers |= {"Range": f"bytes={_size(part)}-", "If-Range": known.validator}
        try:
            answer = self.session.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S)
        except (requests.ConnectionError, requests.Timeout) as error:
            raise _TryAgain(_reason(error)) from error
        with answer:
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                tell(_size(target), _size(target))
                return
            if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink(missing_ok=True)
                raise _TryAgain("the rest of it is not to be had")
            self._refuse(url, answer)
            start, total = _offered(answer)
            if start != (_size(part) if start else 0):
                part.unlink(missing_ok=True)
                raise _TryAgain("the server sent another part than was asked for")
            if not start:
                # Another edition, or a server that always sends the whole.
                part.unlink(missing_ok=True)
                _Edition.of(url, answer).write(target)
            with part.open("ab") as file:
                _receive(answer, file, start, total, tell)
        make_durable(part)
        part.replace(target)

    def _refuse(self, url: str, answer: requests.Response) -> None:
        if answer.status_code in _PASSING:
            wait = _whole(answer.headers.get("Retry-After"))
            raise _TryAgain(f"the server answered {answer.status_code}", wait)
        if answer.status_code not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
            raise DownloadFailed(
                f"{url} cannot be fetched: the server answered {answer.status_code}. "
                "Is the address right?"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Edition:
    """Which edition of which file lies on the disk."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, url: str, answer: requests.Response) -> _Edition:
        headers = answer.headers
        return cls(
            url=url,
            etag=headers.get("ETag", ""),
            last_modified=headers.get("Last-Modified", ""),
        )

    @classmethod
    def read(cls, target: Path) -> _Edition:
        try:
            held = json.loads(_page(target).read_text(encoding="utf-8"))
            return cls(**{name: str(held[name]) for name in ("url", "etag", "last_modified")})
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, target: Path) -> None:
        page = {"url": self.url, "etag": self.etag, "last_modified": self.last_modified}
        _page(target).write_text(json.dumps(page), encoding="utf-8")

    @property
    def validator(self) -> str:
        """What a server is asked to compare; a weak ETag does not promise the same bytes."""
        return self.last_modified if not self.etag or self.etag.startswith("W/") else self.etag

    def if_changed(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


def forget_file(target: Path) -> None:
    """Remove a fetched file, or the part of it that came, and what is known of its edition."""
    for path in (target, _part(target), _page(target)):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _offered(answer: requests.Response) -> tuple[int, int | None]:
    """Return at which byte the answer begins, and how long the file is when that is said."""
    if answer.status_code != HTTPStatus.PARTIAL_CONTENT:
        return 0, _whole(answer.headers.get("Content-Length"))
    span, _, total = answer.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
    start = _whole(span.partition("-")[0])
    return -1 if start is None else start, _whole(total)


def _receive(
    answer: requests.Response, file: BinaryIO, start: int, total: int | None, tell: Tell
) -> None:
    there = start
    tell(there, total)
    try:
        # As it lies there: some servers call a gzip file a compressed text and would unpack it.
        while data := answer.raw.read(_PIECE_BYTES, decode_content=False):
            file.write(data)
            there += len(data)
            tell(there, total)
    except (HTTPError, requests.RequestException, TimeoutError, ConnectionError) as error:
        raise _TryAgain(f"the line was cut ({_reason(error)})") from error
    if total is not None and there < total:
        raise _TryAgain(f"the line was cut at {there:,} of {total:,} bytes")


def _reason(error: Exception) -> str:
    return "no answer in time" if isinstance(error, requests.Timeout) else "no connection"


def _part(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _page(target: Path) -> Path:
    return target.with_name(f"{target.name}.json")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
