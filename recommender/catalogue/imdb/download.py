"""Find IMDb's files in a folder, or download them and resume interrupted downloads.

The only module of the catalogue with network access. A file is written to ``NAME.part``, with its
ETag and date in ``NAME.json``. The next attempt requests the rest of the same version.
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
"""Address of IMDb's daily data sets for personal and non-commercial use."""
Tell = Callable[[int, int | None], None]
"""Called with the bytes received and the total, if known; an exception stops the download."""

_PIECE_BYTES = 256 * 2**10
_TIMEOUT_S = (10.0, 30.0)
_TRIES = 5
_LONGEST_WAIT_S = 60.0
_PASSING = {408, 425, 429, 500, 502, 503, 504}


def is_address(source: str) -> bool:
    """Return whether a source is a URL."""
    return urlsplit(source).scheme in {"http", "https"}


def find_files(folder: Path) -> dict[str, Path]:
    """Return the path of each file, by its name without ``.tsv.gz``.

    A browser may have unpacked a file to ``.tsv``; the gzipped file is preferred.

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
    """Download missing or outdated files and return the path of each.

    Parameters
    ----------
    address
        URL of the folder.
    folder
        Target folder.
    tracker
        Receives the progress.
    downloader
        Downloads the files.

    Raises
    ------
    DownloadFailed
        If a file cannot be downloaded.
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
    """Remove downloaded files, all or only those with these names."""
    for shape in FILE_SCHEMAS:
        if names is None or shape.name in names:
            forget_file(folder / shape.file_name)


class _TemporaryFailure(Exception):  # noqa: N818 - not an error yet
    """Temporary failure: the connection was lost or the server is busy."""

    def __init__(self, why: str, wait_s: float | None = None) -> None:
        super().__init__(why)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Downloader:
    """HTTP client for large files.

    Parameters
    ----------
    session
        HTTP session.
    sleep
        Waits between attempts, in seconds.
    tries
        Maximum number of attempts in a row without a new byte.
    """

    session: requests.Session = field(default_factory=requests.Session)
    sleep: Callable[[float], None] = time.sleep
    tries: int = _TRIES

    def size_of(self, url: str) -> int | None:
        """Return the size of a file in bytes, None when unknown."""
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
        """Download a file, resume it, or keep it when it has not changed.

        Parameters
        ----------
        url
            Address of the file.
        target
            Path of the downloaded file.
        tell
            See ``Tell``.

        Raises
        ------
        DownloadFailed
            If the server or the disk fails; received bytes stay for the next attempt.
        """
        failures = 0
        while True:
            before = _size(_part(target))
            try:
                self._attempt(url, target, tell)
            except _TemporaryFailure as fault:
                failures = failures + 1 if _size(_part(target)) <= before else 1
                if failures >= self.tries:
                    raise DownloadFailed(
                        f"{url} cannot be downloaded: {fault}. Received data is kept; "
                        "import again to continue."
                    ) from fault
                self.sleep(min(fault.wait_s or 2.0 ** (failures - 1), _LONGEST_WAIT_S))
            except requests.RequestException as error:
                raise DownloadFailed(f"{url} cannot be downloaded: {error}.") from error
            except OSError as error:
                raise DownloadFailed(
                    f"{target.name} cannot be saved in {target.parent}: "
                    f"{(error.strerror or str(error)).lower()}."
                ) from error
            else:
                return target

    def _attempt(self, url: str, target: Path, tell: Tell) -> None:
        part, known = _part(target), _Version.read(target)
        headers = {"Accept-Encoding": "identity"}
        if target.exists() and known.url == url:
            headers |= known.if_changed()
        elif _size(part) and known.url == url and known.validator:
            headers |= {"Range": f"bytes={_size(part)}-", "If-Range": known.validator}
        try:
            answer = self.session.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S)
        except (requests.ConnectionError, requests.Timeout) as error:
            raise _TemporaryFailure(_reason(error)) from error
        with answer:
            if answer.status_code == HTTPStatus.NOT_MODIFIED:
                tell(_size(target), _size(target))
                return
            if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                part.unlink(missing_ok=True)
                raise _TemporaryFailure("the rest is not available")
            self._refuse(url, answer)
            start, total = _offered(answer)
            if start != (_size(part) if start else 0):
                part.unlink(missing_ok=True)
                raise _TemporaryFailure("the server sent the wrong part")
            if not start:
                # Another version, or a server without support for ranges.
                part.unlink(missing_ok=True)
                _Version.of(url, answer).write(target)
            with part.open("ab") as file:
                _receive(answer, file, start, total, tell)
        make_durable(part)
        part.replace(target)

    def _refuse(self, url: str, answer: requests.Response) -> None:
        if answer.status_code in _PASSING:
            wait = _whole(answer.headers.get("Retry-After"))
            raise _TemporaryFailure(f"the server answered {answer.status_code}", wait)
        if answer.status_code not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
            raise DownloadFailed(
                f"{url} cannot be downloaded: the server answered {answer.status_code}. "
                "Is the address right?"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Version:
    """Version of a downloaded file."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""

    @classmethod
    def of(cls, url: str, answer: requests.Response) -> _Version:
        headers = answer.headers
        return cls(
            url=url,
            etag=headers.get("ETag", ""),
            last_modified=headers.get("Last-Modified", ""),
        )

    @classmethod
    def read(cls, target: Path) -> _Version:
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
        """Value for ``If-Range``; a weak ETag does not guarantee the same bytes."""
        return self.last_modified if not self.etag or self.etag.startswith("W/") else self.etag

    def if_changed(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


def forget_file(target: Path) -> None:
    """Remove a downloaded file, its partial file and its version."""
    for path in (target, _part(target), _page(target)):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _offered(answer: requests.Response) -> tuple[int, int | None]:
    """Return the first byte of the response, and the length of the file if known."""
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
        # Raw bytes: some servers send gzip files with a Content-Encoding header.
        while data := answer.raw.read(_PIECE_BYTES, decode_content=False):
            file.write(data)
            there += len(data)
            tell(there, total)
    except (HTTPError, requests.RequestException, TimeoutError, ConnectionError) as error:
        raise _TemporaryFailure(f"the connection was lost ({_reason(error)})") from error
    if total is not None and there < total:
        raise _TemporaryFailure(f"the connection was lost at {there:,} of {total:,} bytes")


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
