"""Tests of downloads: completeness, resumption and versions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from recommender.catalogue.imdb.download import Downloader
from recommender.errors import DownloadFailed, ImportStopped

CONTENT = bytes(range(256)) * 4_000  # a megabyte, in which every place is known


@dataclass
class Behaviour:
    """What the server does; changed by the tests while it runs."""

    content: bytes = CONTENT
    etag: str = '"one"'
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    """After how many bytes the next answers end too early."""
    statuses: list[int] = field(default_factory=list)
    """What the next answers say instead."""
    shift: int = 0
    """How far a part begins from where it was asked for."""
    asked: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[tuple[str, Behaviour]]:
    behaviour = Behaviour()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(behaviour.content)))
            self.end_headers()

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            behaviour.asked.append(headers)
            if behaviour.statuses:
                self.send_response(behaviour.statuses.pop(0))
                self.send_header("Retry-After", "7")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if headers.get("if-none-match") == behaviour.etag:
                self.send_response(304)
                self.end_headers()
                return
            start = 0
            if behaviour.ranges and headers.get("if-range") == behaviour.etag:
                start = int(headers["range"].removeprefix("bytes=").rstrip("-"))
            body = behaviour.content[start:]
            self.send_response(206 if start else 200)
            if start:
                total = len(behaviour.content)
                first = start + behaviour.shift
                self.send_header("Content-Range", f"bytes {first}-{total - 1}/{total}")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Encoding", "gzip")  # as some servers say of any .gz
            self.send_header("ETag", behaviour.etag)
            self.end_headers()
            cut = behaviour.cuts.pop(0) if behaviour.cuts else len(body)
            self.wfile.write(body[:cut])

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}/file.tsv.gz", behaviour
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def downloader(waits: list[float]) -> Iterator[Downloader]:
    with requests.Session() as session:
        session.trust_env = False
        yield Downloader(session=session, sleep=waits.append)


def quiet(there: int, total: int | None) -> None:
    """Take a report and do nothing with it."""


def test_download_keeps_raw_bytes_and_reports_progress(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path
) -> None:
    told: list[tuple[int, int | None]] = []
    target = downloader.fetch(
        server[0], tmp_path / "file", lambda there, total: told.append((there, total))
    )
    assert target.read_bytes() == CONTENT
    assert told[0] == (0, len(CONTENT))
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert told == sorted(told)
    assert downloader.size_of(server[0]) == len(CONTENT)


def test_lost_connection_is_resumed(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path, waits: list[float]
) -> None:
    url, behaviour = server
    behaviour.cuts = [300_000, 200_000]
    assert downloader.fetch(url, tmp_path / "file", quiet).read_bytes() == CONTENT
    assert [asked.get("range") for asked in behaviour.asked] == [
        None,
        "bytes=300000-",
        "bytes=500000-",
    ]
    assert len(waits) == 2


def test_stopped_download_resumes_in_the_next_import(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path
) -> None:
    url, behaviour = server

    def stop(there: int, total: int | None) -> None:
        if there >= 400_000:
            raise ImportStopped("Enough.")

    with pytest.raises(ImportStopped):
        downloader.fetch(url, tmp_path / "file", stop)
    assert not (tmp_path / "file").exists()
    assert downloader.fetch(url, tmp_path / "file", quiet).read_bytes() == CONTENT
    assert int(behaviour.asked[1]["range"].removeprefix("bytes=").rstrip("-")) >= 400_000


def test_server_without_ranges_sends_the_whole_file_once(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path
) -> None:
    url, behaviour = server
    behaviour.ranges, behaviour.cuts = False, [300_000]
    assert downloader.fetch(url, tmp_path / "file", quiet).read_bytes() == CONTENT


def test_new_version_is_never_appended_to_the_old_one(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path
) -> None:
    url, behaviour = server

    def cut_and_publish(seconds: float) -> None:
        behaviour.content, behaviour.etag = CONTENT[::-1], '"two"'

    behaviour.cuts = [300_000]
    changing = Downloader(session=downloader.session, sleep=cut_and_publish)
    assert changing.fetch(url, tmp_path / "file", quiet).read_bytes() == CONTENT[::-1]


def test_wrong_range_is_discarded(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path
) -> None:
    url, behaviour = server
    behaviour.cuts, behaviour.shift = [300_000], 5
    assert downloader.fetch(url, tmp_path / "file", quiet).read_bytes() == CONTENT


def test_kept_file_is_downloaded_again_only_after_a_change(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path
) -> None:
    url, behaviour = server
    target = downloader.fetch(url, tmp_path / "file", quiet)
    before = target.stat().st_mtime_ns
    assert downloader.fetch(url, target, quiet).stat().st_mtime_ns == before
    behaviour.content, behaviour.etag = b"new", '"two"'
    assert downloader.fetch(url, target, quiet).read_bytes() == b"new"


def test_busy_server_is_retried_after_its_retry_after(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path, waits: list[float]
) -> None:
    url, behaviour = server
    behaviour.statuses = [503, 429]
    assert downloader.fetch(url, tmp_path / "file", quiet).read_bytes() == CONTENT
    assert waits == [7, 7]


@pytest.mark.parametrize(("status", "times"), [(404, 1), (403, 1), (503, 5)])
def test_refused_download_names_the_status(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path, status: int, times: int
) -> None:
    url, behaviour = server
    behaviour.statuses = [status] * 9
    with pytest.raises(DownloadFailed, match=str(status)):
        downloader.fetch(url, tmp_path / "file", quiet)
    assert len(behaviour.asked) == times
    assert not (tmp_path / "file").exists()


def test_unreachable_server_raises_a_plain_error(downloader: Downloader, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="no connection"):
        downloader.fetch("http://127.0.0.1:9/file", tmp_path / "file", quiet)
    assert downloader.size_of("http://127.0.0.1:9/file") is None


def test_unwritable_download_folder_is_named(
    server: tuple[str, Behaviour], downloader: Downloader, tmp_path: Path
) -> None:
    with pytest.raises(DownloadFailed, match="cannot be saved"):
        downloader.fetch(server[0], tmp_path / "no folder" / "file", quiet)
