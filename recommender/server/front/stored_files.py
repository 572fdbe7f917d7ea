"""Files that never change, answered from memory and compressed once.

Streamlit reads its bundle from the disk for every visitor, in pieces and a thread at a time, and
does not compress it: 2.6 MB in 72 files for a first page, 0.8 MB compressed. Here a file is read
once, compressed once, and sent whole.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

LOOK: Final = "/look"
"""Where the files of our own are."""
_HERE = Path(__file__).parent
_OWN_FOLDERS = ("fonts", "pictures")
_COMPRESSED = frozenset({".js", ".css", ".svg", ".json", ".webmanifest"})
_LARGEST_BYTES: Final = 2_000_000
_FOREVER = "public, immutable, max-age=31536000"
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True)  # no slots: cached_property writes into the object
class StoredFile:
    """A file that is read when it is first asked for: its name, and what reads it."""

    name: str
    read: Callable[[], bytes]

    @cached_property
    def body(self) -> bytes:
        """What is in it."""
        return self.read()

    @cached_property
    def packed(self) -> bytes | None:
        """It compressed; None where that is no gain."""
        if Path(self.name).suffix not in _COMPRESSED:
            return None
        packed = gzip.compress(self.body, compresslevel=6, mtime=0)
        return packed if len(packed) < len(self.body) else None

    @cached_property
    def version(self) -> str:
        """What names this content, and no other."""
        return hashlib.blake2b(self.body, digest_size=10).hexdigest()

    @property
    def address(self) -> str:
        """Where it is asked for as one of our own files; another content has another address."""
        return f"{LOOK}/{self.name}?v={self.version[:8]}"

    @property
    def media_type(self) -> str:
        """Its content type."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def list_stored_files(code: Mapping[str, bytes] = MappingProxyType({})) -> dict[str, StoredFile]:
    """Return what is answered from memory, by path: Streamlit's bundle and our own files.

    Parameters
    ----------
    code
        Modules of components, by the name each has among our own files.
    """
    found: dict[str, StoredFile] = {}
    bundle = Path(str(files("streamlit") / "static"))
    for path in sorted((bundle / "static").rglob("*")):
        if path.is_file() and path.stat().st_size <= _LARGEST_BYTES:
            found["/" + path.relative_to(bundle).as_posix()] = _store(path)
    for folder in _OWN_FOLDERS:
        for path in sorted((_HERE / folder).iterdir()):
            if path.suffix not in {".md", ".txt"}:
                found[f"{LOOK}/{path.name}"] = _store(path)
    for name in ("favicon.png", "favicon.ico"):  # asked for by who reads no head
        found[f"/{name}"] = _store(_HERE / "pictures" / "icon-32.png")
    for name, body in code.items():
        found[f"{LOOK}/{name}"] = _hold(name, body)
    return found


def _store(path: Path) -> StoredFile:
    return StoredFile(path.name, path.read_bytes)


def _hold(name: str, body: bytes) -> StoredFile:
    return StoredFile(name, lambda: body)


def build_address(name: str, body: bytes) -> str:
    """Return the address of a file of ours, which changes with what is in it.

    Parameters
    ----------
    name
        Of the file.
    body
        What is in it.
    """
    return _hold(name, body).address


class StoredFilesMiddleware:
    """Answers for the files it holds; everything else goes on.

    Parameters
    ----------
    app
        The application inside.
    stored
        By path, as ``list_stored_files`` returns them.
    """

    def __init__(self, app: ASGIApp, *, stored: Mapping[str, StoredFile]) -> None:
        self.app = app
        self._stored = stored
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_asked = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        stored = self._stored.get(scope["path"]) if is_asked else None
        if stored is None:
            await self.app(scope, receive, send)
            return
        answer = await self._answer(stored, Headers(scope=scope), scope["query_string"])
        await answer(scope, receive, send)

    async def _answer(self, stored: StoredFile, asked: Headers, query: bytes) -> Response:
        if "packed" not in stored.__dict__:
            await run_in_threadpool(self._load, stored)
        tag = f'"{stored.version}"'
        # Asked for by a page of another version of Marquee, while servers are restarted in turn, or
        # once more under an address that nobody asks for again (``ui/component_code.py``).
        is_other = query.startswith(b"v=") and query != f"v={stored.version[:8]}".encode()
        kept = "no-store" if is_other else _FOREVER
        headers = {"cache-control": kept, "etag": tag, "vary": "Accept-Encoding"}
        if asked.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        body = stored.body
        if stored.packed is not None and accepts_gzip(asked):
            body = stored.packed
            headers["content-encoding"] = "gzip"
        return Response(body, media_type=stored.media_type, headers=headers)

    def _load(self, stored: StoredFile) -> None:
        with self._lock:  # two visitors at once: read and compressed by one of them
            _ = stored.version, stored.packed


def accepts_gzip(asked: Headers) -> bool:
    """Return whether who asks can read gzip."""
    offers = asked.get("accept-encoding", "").lower().split(",")
    return any(
        offer.strip().startswith("gzip") and not offer.replace(" ", "").endswith("q=0")
        for offer in offers
    )


def load_files(stored: Mapping[str, StoredFile], paths: Iterable[str]) -> None:
    """Read and compress files before anybody asks for them.

    Parameters
    ----------
    stored
        By path.
    paths
        Which of them; unknown ones are passed over.
    """
    for path in paths:
        if path in stored:
            _ = stored[path].version, stored[path].packed
