"""Read one of IMDb's files as a stream of Arrow tables.

Arrow parses blocks of complete lines. Python reads a block that Arrow rejects line by line, repairs
lost tabs, and names the line of any other fault.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv

from recommender.catalogue.imdb.parsing import WORD, Numbers, convert
from recommender.catalogue.imdb.schemas import NULL, FileSchema, Kind, repair_row, row_fault
from recommender.errors import FilmFileError

_MAGIC = b"\x1f\x8b"
_READ_BYTES = 2**20
_BLOCK_BYTES = 8 * 2**20
_LONGEST_LINE = 2**20
_MOST_MENDED = 1_000


@dataclass(kw_only=True, slots=True)
class Reading:
    """Progress and result of reading a file.

    Attributes
    ----------
    bytes_read
        Bytes read from disk.
    rows
        Rows read, before filtering.
    sha256
        SHA-256 of the bytes on disk, complete after the last row.
    mended
        Repaired rows, each with file and line.
    """

    bytes_read: int = 0
    rows: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)
    mended: list[str] = field(default_factory=list)


def read_table(
    path: Path,
    shape: FileSchema,
    *,
    only: Numbers | None = None,
    reading: Reading | None = None,
    check: Callable[[], None] | None = None,
) -> Iterator[pa.Table]:
    """Yield a file's rows as tables of the schema's columns, with ids as integers.

    Parameters
    ----------
    path
        The file, gzipped or unpacked.
    shape
        Schema of the file.
    only
        Sorted ids; rows with other keys are dropped.
    reading
        Updated while reading.
    check
        Called per block; an exception stops the reading.

    Raises
    ------
    FilmFileError
        If the file cannot be read, is neither gzip nor a data set, is damaged or cut off, lacks
        a column or has an invalid row; the message names file and line.
    """
    known = reading or Reading()
    lines = _Lines(path.name, shape, only, known)
    # Decompression is half of the work; both halves release the GIL.
    with ThreadPoolExecutor(1, thread_name_prefix="unpack") as pool:
        blocks = _blocks(path, shape, known)
        ahead = pool.submit(next, blocks, None)
        while (block := ahead.result()) is not None:
            ahead = pool.submit(next, blocks, None)
            if check is not None:
                check()
            table = lines.table(block)
            known.rows += lines.rows_of_last
            if table.num_rows:
                yield table
    lines.end()


def _blocks(path: Path, shape: FileSchema, reading: Reading) -> Iterator[bytes]:
    """Yield blocks of complete lines of some megabytes."""
    rest = b""
    for piece in _read_pieces(path, shape, reading):
        cut = piece.rfind(b"\n") + 1
        if not cut:
            rest += piece
            if len(rest) > _BLOCK_BYTES + _LONGEST_LINE:
                raise FilmFileError(f"{path.name} has no lines; it is not a file of IMDb.")
            continue
        yield rest + piece[:cut]
        rest = piece[cut:]
    if rest:
        yield rest + b"\n"


def _read_pieces(path: Path, shape: FileSchema, reading: Reading) -> Iterator[bytes]:
    """Yield the content of a file, unpacked when it is gzipped."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as error:
        raise FilmFileError(f"{path} cannot be read: {_why(error)}.") from error
    if start.startswith(_MAGIC):
        yield from _unpack(path, reading)
    elif set(_column_names(start)) & set(shape.header):
        yield from _read_plain(path, reading)
    else:
        raise FilmFileError(f"{path.name} {_what_else(start)}; download it again.")


def _read_plain(path: Path, reading: Reading) -> Iterator[bytes]:
    """Yield the content of an unpacked file, whose last line must be complete."""
    lines, piece = 0, b""
    try:
        with path.open("rb") as file:
            while data := file.read(_READ_BYTES):
                piece = data
                reading.sha256.update(piece)
                reading.bytes_read += len(piece)
                lines += piece.count(b"\n")
                yield piece
    except OSError as error:
        raise FilmFileError(f"{path} cannot be read: {_why(error)}.") from error
    # Without a checksum, an incomplete line is the only sign that the end is missing.
    if not piece.endswith(b"\n"):
        raise FilmFileError(f"{path.name} is cut off after line {lines:,}; download it again.")


def _unpack(path: Path, reading: Reading) -> Iterator[bytes]:
    """Yield the content of a gzip file of one or several members, verified by its checksums."""
    unpacker = zlib.decompressobj(wbits=31)
    lines = 0
    try:
        with path.open("rb") as file:
            while data := file.read(_READ_BYTES):
                reading.sha256.update(data)
                reading.bytes_read += len(data)
                while data:
                    if unpacker.eof:
                        unpacker = zlib.decompressobj(wbits=31)
                    piece = unpacker.decompress(data, _BLOCK_BYTES)
                    lines += piece.count(b"\n")
                    if piece:
                        yield piece
                    # Zeros may pad a file to a full disk block.
                    data = unpacker.unconsumed_tail or unpacker.unused_data.lstrip(b"\0")
        if piece := unpacker.flush():
            lines += piece.count(b"\n")
            yield piece
    except zlib.error as error:
        raise FilmFileError(
            f"{path.name} is damaged after line {lines:,} ({error}); download it again."
        ) from error
    except OSError as error:
        raise FilmFileError(f"{path} cannot be read: {_why(error)}.") from error
    if not unpacker.eof:
        raise FilmFileError(f"{path.name} is cut off after line {lines:,}; download it again.")


def _column_names(start: bytes) -> list[str]:
    """Return the column names in the first line of some bytes."""
    line = start.partition(b"\n")[0]
    return line.decode("utf-8-sig", "replace").rstrip("\r").split("\t")


def _what_else(start: bytes) -> str:
    if not start:
        return "is empty"
    text = start.lstrip()[:15].lower()
    page = text.startswith((b"<!doctype", b"<html", b"<?xml"))
    return "is a web page and not a gzip file" if page else "is not a gzip file"


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


class _Lines:
    """Parser of blocks that counts lines."""

    def __init__(
        self, file: str, shape: FileSchema, only: Numbers | None, reading: Reading
    ) -> None:
        self._file, self._shape, self._only, self._reading = file, shape, only, reading
        self._header: list[str] = []
        self._next_line = 1
        self.rows_of_last = 0

    def table(self, block: bytes) -> pa.Table:
        if not self._header:
            line, _, block = block.partition(b"\n")
            self._header = self._read_header(line)
            self._next_line = 2
        lines = block.count(b"\n")
        try:
            table = self._convert(self._parsed(block))
        except pa.ArrowInvalid:
            table = self._convert_checked(self._line_by_line(block))
        self._next_line += lines
        return table

    def end(self) -> None:
        """Reject a file without a header."""
        if not self._header:
            raise FilmFileError(f"{self._file} is empty; download it again.")

    def _read_header(self, line: bytes) -> list[str]:
        names = _column_names(line)
        missing = [name for name in self._shape.columns if name not in names]
        if missing:
            raise FilmFileError(
                f"{self._file}, line 1: these columns are missing: {', '.join(missing)}."
            )
        return names

    def _parsed(self, block: bytes) -> pa.Table:
        if not block.strip():
            return pa.table({name: pa.array([], pa.string()) for name in self._shape.columns})
        # Arrow would end a line at a carriage return.
        if block.count(b"\r") != block.count(b"\r\n"):
            raise pa.ArrowInvalid("a carriage return inside a line")
        return csv.read_csv(
            pa.BufferReader(block),
            read_options=csv.ReadOptions(column_names=self._header),
            parse_options=csv.ParseOptions(
                delimiter="\t", quote_char=False, double_quote=False, escape_char=False
            ),
            convert_options=csv.ConvertOptions(
                include_columns=list(self._shape.columns),
                column_types={
                    name: WORD if kind is Kind.WORD else pa.string()
                    for name, kind in self._shape.columns.items()
                },
                null_values=[NULL],
                strings_can_be_null=True,
            ),
        )

    def _convert(self, table: pa.Table) -> pa.Table:
        self.rows_of_last = table.num_rows
        return convert(table, self._shape, self._only)

    def _convert_checked(self, table: pa.Table) -> pa.Table:
        try:
            return self._convert(table)
        except pa.ArrowInvalid as error:
            raise FilmFileError(
                f"{self._file}, after line {self._next_line:,}: {error}."
            ) from error

    def _line_by_line(self, block: bytes) -> pa.Table:
        rows = []
        for number, line in enumerate(block.split(b"\n")[:-1], self._next_line):
            if line.strip():
                rows.append(self._row(number, line))
        columns = {
            name: pa.array(
                [None if row[place] == NULL else row[place] for row in rows], pa.string()
            )
            for place, name in enumerate(self._header)
            if name in self._shape.columns
        }
        table = pa.table({name: columns[name] for name in self._shape.columns})
        return table.cast(
            pa.schema(
                (name, WORD if kind is Kind.WORD else pa.string())
                for name, kind in self._shape.columns.items()
            )
        )

    def _row(self, number: int, line: bytes) -> list[str]:
        place = f"{self._file}, line {number:,}"
        try:
            fields = line.removesuffix(b"\r").decode("utf-8").split("\t")
        except UnicodeDecodeError as error:
            raise FilmFileError(f"{place}: not in UTF-8.") from error
        if len(fields) != len(self._header):
            mended = repair_row(self._shape, self._header, fields)
            if mended is None or len(self._reading.mended) >= _MOST_MENDED:
                raise FilmFileError(
                    f"{place}: {len(fields)} fields, while the header has {len(self._header)}."
                )
            self._reading.mended.append(f"{place}: a tab was missing")
            fields = mended
        if fault := row_fault(self._shape, self._header, fields):
            raise FilmFileError(f"{place}: {fault}.")
        return fields
