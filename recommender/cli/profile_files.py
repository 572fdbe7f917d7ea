"""Reading of CSV files with many profiles, and atomic replacement of output files."""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from recommender.cli.inputs import FileRefused, read_film_id
from recommender.entities import Profile

STDIO = Path("-")
"""Path that selects stdin for input and stdout for output."""
COLUMNS = ("profile", "tconst", "kind")
KINDS = ("like", "seen", "hide")


@dataclass
class _ProfileBuilder:
    """Builder of one profile from interactions, oldest first; a later like or hide wins."""

    likes: dict[str, None] = field(default_factory=dict)
    seen: dict[str, None] = field(default_factory=dict)
    hidden: dict[str, None] = field(default_factory=dict)

    def add(self, tconst: str, kind: str) -> None:
        if kind == "seen":
            self.seen[tconst] = None
            return
        self.likes.pop(tconst, None)
        self.hidden.pop(tconst, None)
        (self.likes if kind == "like" else self.hidden)[tconst] = None

    def profile(self) -> Profile:
        likes, hidden, seen = (tuple(reversed(d)) for d in (self.likes, self.hidden, self.seen))
        return Profile(likes=likes, hidden=hidden, seen=seen)


def read_profiles(path: Path) -> dict[str, Profile]:
    """Read a CSV file of profiles; return them by name, in the order of first appearance.

    Parameters
    ----------
    path : UTF-8; columns ``profile,tconst[,kind]``, oldest first; the header is optional. ``-`` is
        stdin.

    Raises
    ------
    FileRefused
        If the file is unreadable, has no profile or an invalid row; the message names the line.
    """
    name = "stdin" if path == STDIO else str(path)
    try:
        data = sys.stdin.buffer.read() if path == STDIO else path.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise FileRefused(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"{name}, line {line}: not UTF-8.") from error
    builders: dict[str, _ProfileBuilder] = {}
    for profile, tconst, kind in _read_rows(name, text):
        builders.setdefault(profile, _ProfileBuilder()).add(tconst, kind)
    if not builders:
        raise FileRefused(f"{name} has no profiles; its rows should be profile,tconst[,kind].")
    return {name: builder.profile() for name, builder in builders.items()}


def _read_rows(name: str, text: str) -> Iterator[tuple[str, str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    places = {column: place for place, column in enumerate(COLUMNS)}
    try:
        for number, row in enumerate(filter(None, reader)):
            cells = [cell.strip() for cell in row]
            if number == 0 and {"profile", "tconst"} <= set(cells):
                places = {c: cells.index(c) for c in COLUMNS if c in cells}
                continue
            yield _parse_row(f"{name}, line {reader.line_num}", cells, places)
    except csv.Error as error:
        raise FileRefused(f"{name}, line {reader.line_num}: {error}.") from error


def _parse_row(place: str, cells: list[str], places: Mapping[str, int]) -> tuple[str, str, str]:
    if len(cells) <= max(places["profile"], places["tconst"]):
        raise FileRefused(f"{place}: the row should be profile,tconst[,kind].")
    profile, tconst = cells[places["profile"]], cells[places["tconst"]]
    kind_place = places.get("kind", len(cells))
    kind = (cells[kind_place] if kind_place < len(cells) else "") or "like"
    if not profile:
        raise FileRefused(f"{place}: the profile has no name.")
    known_id = read_film_id(tconst)
    if known_id is None:
        raise FileRefused(
            f"{place}: tconst is {tconst[:40]!r}; it should be tt and at least seven digits."
        )
    if kind not in KINDS:
        raise FileRefused(f"{place}: kind is {kind[:40]!r}; it should be like, seen or hide.")
    return profile, known_id, kind


@contextmanager
def replacing(target: Path) -> Iterator[TextIO]:
    """Open a temporary text file; it replaces the target if the block raises no error.

    Parameters
    ----------
    target : a path; ``-`` is stdout. Pipes and devices are written directly

    Raises
    ------
    FileRefused
        If the target cannot be written.
    """
    if target == STDIO:
        yield sys.stdout
        return
    # A pipe behind /dev/stdout has no path of its own, so it is opened before links are resolved.
    if target.exists() and not target.is_file():
        with _refusing(target), target.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    path = target.resolve()  # keeps a symbolic link
    with _refusing(target):
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.tmp-", dir=path.parent)
    try:
        with (
            _refusing(target),
            os.fdopen(handle, "w", encoding="utf-8", newline="") as file,
        ):
            yield file
        with _refusing(target):
            # mkstemp creates files with mode 0600; use the mode of the old file or of a new one.
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _refusing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileRefused(f"{target} cannot be written: {error.strerror or error}.") from error


def _umask() -> int:
    mask = os.umask(0o077)  # it can be read only by setting it
    os.umask(mask)
    return mask
