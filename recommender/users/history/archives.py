"""Unpacking of uploaded zip files in memory, with limits on size and number of members."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from recommender.errors import HistoryFileError

MOST_BYTES = 25_000_000
"""Maximum size in bytes of an uploaded file, and of a file inside a zip."""

MOST_UNPACKED = 50_000_000
"""Maximum total size in bytes of the files unpacked from a zip."""

_MOST_MEMBERS = 5_000
_MOST_DIRECTORY = 1_000_000  # bytes of the zip's central directory
_MAGIC = b"PK\x03\x04"
_END = struct.Struct("<4s4H2LH")
_READ = (".csv", ".tsv", ".txt", ".json")
_DRIVE = re.compile(r"[A-Za-z]:")
_JUNK = ("__MACOSX", ".DS_Store", "desktop.ini")

NamedFile = tuple[str, bytes]


def unpack_files(files: Sequence[NamedFile]) -> list[NamedFile]:
    """Return (name, content) of each file; replace each zip by the files it contains.

    Raises
    ------
    HistoryFileError
        If a file is too large, or a zip is damaged, encrypted or malicious.
    """
    found: list[NamedFile] = []
    for name, data in files:
        if len(data) > MOST_BYTES:
            raise HistoryFileError(f"{name} is too large: more than {MOST_BYTES // 10**6} MB.")
        if data.startswith((_MAGIC, b"PK\x05\x06")):
            found += _unpack(name, data)
        else:
            found.append((name, data))
    return found


def _unpack(name: str, data: bytes) -> list[NamedFile]:
    _check_directory(name, data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise HistoryFileError(f"{name} holds too many files: more than {_MOST_MEMBERS:,}.")
            if any(member.filename == "xl/workbook.xml" for member in members):
                raise HistoryFileError(
                    f"{name} is an Excel workbook. Please save it as CSV and choose that file."
                )
            return list(_read_members(name, archive, members))
    # zipfile raises NotImplementedError for unknown compression, RuntimeError for a password.
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, struct.error, ValueError) as error:
        raise HistoryFileError(f"{name} is damaged: it cannot be unpacked.") from error
    except (NotImplementedError, RuntimeError) as error:
        raise HistoryFileError(
            f"{name} is locked with a password or packed in an unusual way. Please unpack it and "
            "choose the files inside."
        ) from error


def _check_directory(name: str, data: bytes) -> None:
    """Raise HistoryFileError if a zip's central directory is missing or too large."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if place < 0 or len(data) - place < _END.size:
        raise HistoryFileError(f"{name} is damaged: its end is missing.")
    *_, directory_size, _, _ = _END.unpack_from(data, place)
    if directory_size > _MOST_DIRECTORY or b"PK\x06\x07" in data[max(0, place - 20) : place]:
        raise HistoryFileError(f"{name} holds too many files to be a film history.")


def _read_members(
    name: str, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]
) -> Iterator[NamedFile]:
    remaining = MOST_UNPACKED
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or _DRIVE.match(member.filename):
            raise HistoryFileError(
                f"{name} holds a file that points outside of it. It was not opened."
            )
        if member.is_dir() or any(part in _JUNK or part.startswith("._") for part in path.parts):
            continue
        if path.suffix.lower() == ".zip":
            raise HistoryFileError(
                f"{name} holds another zip, {path.name[:80]}. Please choose that one itself."
            )
        if path.suffix.lower() not in _READ:
            continue
        # A zip's size fields may be wrong, so reading stops one byte after the limit.
        with archive.open(member) as file:
            content = file.read(min(remaining, MOST_BYTES) + 1)
        if len(content) > min(remaining, MOST_BYTES):
            raise HistoryFileError(
                f"{path.name[:80]} in {name} is far too large when unpacked. It was not read."
            )
        if content.startswith(_MAGIC):
            raise HistoryFileError(
                f"{path.name[:80]} in {name} is another zip. Please choose that one itself."
            )
        remaining -= len(content)
        yield str(path), content
