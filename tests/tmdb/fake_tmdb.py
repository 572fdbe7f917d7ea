"""Fake TMDb: a local HTTP server that answers well or with a chosen fault.

``python -m tests.tmdb.fake_tmdb --port 8765`` runs it for looking at the app with posters.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image, ImageDraw, ImageFilter

from recommender.tmdb import Timeouts
from tests.tmdb.shapes import details_answer, film_entry, find_answer

HUGE = 3_000_000
WORDS_401 = "Invalid API key: You must be granted a valid key."


@dataclass(frozen=True, slots=True)
class Asked:
    """Request as it arrived."""

    at: float
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    raw: str
    client: tuple[str, int]


@dataclass
class FakeTmdb:
    """Behaviour and log of the server; both may be changed while it runs.

    ``mode`` names one of ``MODES``; ``answers`` holds answers of the find call by tconst, in place
    of an ordinary film.
    """

    address: str = ""
    mode: str = "well"
    latency_s: float = 0.0
    retry_after: str | None = None
    elsewhere: str = "http://127.0.0.1:9/"
    good_key: str | None = None
    images: str = "well"
    answers: dict[str, Any] = field(default_factory=dict)
    details: dict[int, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def api(self) -> str:
        return f"{self.address}/3"

    @property
    def image_base(self) -> str:
        return f"{self.address}/t/p"

    def api_calls(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.path.startswith("/3/")]

    def found(self) -> list[str]:
        """Return the requested films in order of arrival."""
        return [a.path.rpartition("/")[2] for a in self.asked if a.path.startswith("/3/find/")]

    def most_in(self, seconds: float) -> int:
        """Return the largest number of requests in any period of this length."""
        times = sorted(asked.at for asked in self.api_calls())
        return max(
            (sum(start <= t < start + seconds for t in times[n:]) for n, start in enumerate(times)),
            default=0,
        )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    @property
    def fake(self) -> FakeTmdb:
        found: FakeTmdb = self.server.fake  # type: ignore[attr-defined]
        return found

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.fake.asked.append(
            Asked(
                *(time.monotonic(), parts.path, parse_qs(parts.query), headers, self.path),
                client=self.client_address,
            )
        )
        try:
            if parts.path.startswith("/t/p/"):
                self._send_image(parts.path)
            else:
                self.fake.stopping.wait(self.fake.latency_s)
                MODES[self.fake.mode](self, parts.path)
        except OSError:
            self.close_connection = True

    def send_json(self, answer: Any, status: int = 200, **headers: str) -> None:
        self.send_body(
            json.dumps(answer).encode(), status, "application/json;charset=utf-8", **headers
        )

    def send_body(self, body: bytes, status: int, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def well(self, path: str) -> None:
        if self.fake.good_key is not None and self.fake.good_key not in self._key():
            unauthorized(self, path)
        elif path == "/3/configuration":
            self.send_json(
                {
                    "images": {
                        "secure_base_url": "https://image.tmdb.org/t/p/",
                        "poster_sizes": ["w92", "w154", "w185", "w342", "w500", "w780", "original"],
                        "backdrop_sizes": ["w300", "w780", "w1280", "original"],
                    }
                }
            )
        elif path.startswith("/3/find/"):
            tconst = path.rpartition("/")[2]
            number = int(tconst[2:] or 0) or 1_000_000
            ordinary = find_answer(film_entry(number))
            self.send_json(self.fake.answers.get(tconst, ordinary))
        elif path.startswith("/3/movie/"):
            number = int(path.rpartition("/")[2])
            self.send_json(self.fake.details.get(number, details_answer(number)))
        else:
            missing(self, path)

    def _key(self) -> str:
        return f"{self.headers.get('Authorization', '')} {self.path}"

    def _send_image(self, path: str) -> None:
        if self.fake.images == "missing":
            self.send_body(b"no", 404, "text/plain")
        elif self.fake.images == "html":
            self.send_body(b"<script>alert(1)</script>", 200, "image/jpeg")
        elif self.fake.images == "oversized":
            self.send_body(b"\xff\xd8\xff" + bytes(12_000_000), 200, "image/jpeg")
        else:
            _, _, _, size, name = path.split("/")
            width = int(size[1:])
            self.send_body(draw_picture(name, width, "wide" in name), 200, "image/jpeg")


def unauthorized(to: _Handler, path: str) -> None:
    to.send_json({"status_code": 7, "status_message": WORDS_401, "success": False}, 401)


def missing(to: _Handler, path: str) -> None:
    words = "The resource you requested could not be found."
    to.send_json({"success": False, "status_code": 34, "status_message": words}, 404)


def foreign_404(to: _Handler, path: str) -> None:
    to.send_body(b"<h1>Not Found</h1>", 404, "text/html")


def limited(to: _Handler, path: str) -> None:
    extra = {} if to.fake.retry_after is None else {"Retry_After": to.fake.retry_after}
    words = "Your request count is over the allowed limit."
    to.send_json({"status_code": 25, "status_message": words}, 429, **extra)


def broken(to: _Handler, path: str) -> None:
    to.send_body(b"Internal Server Error", 500, "text/plain")


def broken_and_endless(to: _Handler, path: str) -> None:
    to.send_response(503)
    to.send_header("Content-Type", "text/plain")
    to.end_headers()
    to.close_connection = True
    while not to.fake.stopping.is_set():
        to.wfile.write(bytes(100_000))


def hang(to: _Handler, path: str) -> None:
    to.fake.stopping.wait(30)
    to.close_connection = True


def slow_body(to: _Handler, path: str) -> None:
    body = json.dumps(find_answer(film_entry(1))).encode()
    to.send_response(200)
    to.send_header("Content-Type", "application/json")
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    for byte in body:
        to.wfile.write(bytes([byte]))
        if to.fake.stopping.wait(0.05):
            break
    to.close_connection = True


def slow_headers(to: _Handler, path: str) -> None:
    to.wfile.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while not to.fake.stopping.wait(0.05):
        to.wfile.write(f"X-Filler-{number}: {'x' * 40}\r\n".encode())
        number += 1
    to.close_connection = True


def truncated(to: _Handler, path: str) -> None:
    body = json.dumps(find_answer(film_entry(1))).encode()
    to.send_response(200)
    to.send_header("Content-Type", "application/json")
    to.send_header("Content-Length", str(len(body)))
    to.end_headers()
    to.wfile.write(body[: len(body) // 2])
    to.close_connection = True


def cut_json(to: _Handler, path: str) -> None:
    to.send_body(b'{"movie_results": [{"id": 1', 200, "application/json")


def oversized(to: _Handler, path: str) -> None:
    answer = find_answer(film_entry(1) | {"overview": "x" * HUGE})
    to.send_json(answer)


def deep(to: _Handler, path: str) -> None:
    to.send_body(b"[" * 200_000, 200, "application/json")


def wrong_types(to: _Handler, path: str) -> None:
    wrong = {"id": "218", "poster_path": ["/a.jpg"], "overview": 7, "adult": "no"}
    to.send_json({"movie_results": [wrong, None, 3, "x", []], "person_results": {}})


def wrong_shape(to: _Handler, path: str) -> None:
    to.send_json(["movie_results"])


def html(to: _Handler, path: str) -> None:
    to.send_body(b"<html><body>Please sign in to this network</body></html>", 200, "text/html")


def html_called_json(to: _Handler, path: str) -> None:
    to.send_body(b"<html></html>", 200, "application/json")


def redirect(to: _Handler, path: str) -> None:
    to.send_body(b"", 302, "text/plain", Location=to.fake.elsewhere)


def empty(to: _Handler, path: str) -> None:
    to.send_json(find_answer())


def nothing(to: _Handler, path: str) -> None:
    to.send_body(b"", 200, "application/json")


def reset(to: _Handler, path: str) -> None:
    linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    to.connection.close()
    to.close_connection = True


MODES: dict[str, Callable[[_Handler, str], None]] = {
    "well": _Handler.well,
    **{
        mode.__name__: mode
        for mode in (
            *(unauthorized, missing, foreign_404, limited, broken, broken_and_endless, hang),
            *(slow_body, slow_headers, truncated, cut_json, oversized, deep, wrong_types),
            *(wrong_shape, html, html_called_json, redirect, empty, nothing, reset),
        )
    },
}
FAULTS = sorted(set(MODES) - {"well"})
SLOW_FAULTS = {"hang", "slow_body", "slow_headers", "broken_and_endless"}
LONG_TIMEOUTS = Timeouts(connect_s=10, read_s=10, deadline_s=10)
SHORT_TIMEOUTS = Timeouts(connect_s=10, read_s=0.12, deadline_s=0.25)


def timeouts_for(mode: str) -> Timeouts:
    """Return short timeouts for slow faults, else longer ones than a busy machine needs."""
    return SHORT_TIMEOUTS if mode in SLOW_FAULTS else LONG_TIMEOUTS


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors: clients disconnect on faults."""


@contextlib.contextmanager
def serve_fake_tmdb(port: int = 0) -> Iterator[FakeTmdb]:
    """Run a fake TMDb until the block ends."""
    fake = FakeTmdb()
    server = _Server(("127.0.0.1", port), _Handler)
    server.fake = fake  # type: ignore[attr-defined]
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


@lru_cache(maxsize=256)
def draw_picture(name: str, width: int, wide: bool) -> bytes:
    """Return a JPEG that depends on its name only."""
    height = width * 9 // 16 if wide else width * 3 // 2
    rng = random.Random(name)  # noqa: S311 - a picture
    base = tuple(rng.randrange(20, 120) for _ in range(3))
    picture = Image.new("RGB", (width, height), base)
    draw = ImageDraw.Draw(picture)
    for _ in range(14):
        x, y = rng.randrange(width), rng.randrange(height)
        radius = rng.randrange(width // 10, width // 2)
        colour = tuple(min(255, c + rng.randrange(-40, 120)) for c in base)
        draw.ellipse((x - radius, y - radius // 2, x + radius, y + radius), fill=colour)
    picture = picture.filter(ImageFilter.GaussianBlur(width / 24))
    draw = ImageDraw.Draw(picture)
    middle, head = width * rng.uniform(0.35, 0.65), width * 0.13
    dark = tuple(c // 4 for c in base)
    draw.ellipse(
        (middle - head, height * 0.36, middle + head, height * 0.36 + 2.4 * head), fill=dark
    )
    draw.ellipse(
        (middle - 2.6 * head, height * 0.36 + 2.2 * head, middle + 2.6 * head, height * 1.3),
        fill=dark,
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--latency-ms", type=int, default=100)
    parser.add_argument("--mode", choices=list(MODES), default="well")
    options = parser.parse_args()
    with serve_fake_tmdb(options.port) as fake:
        fake.latency_s, fake.mode = options.latency_ms / 1000, options.mode
        with contextlib.suppress(KeyboardInterrupt):
            fake.stopping.wait()


if __name__ == "__main__":
    main()
