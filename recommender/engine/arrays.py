"""Array types, memory-mapped texts, and files of arrays with checksums."""

from __future__ import annotations

import os
import zlib
from array import array as numbers
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.integer[Any]]
BoolArray = npt.NDArray[np.bool_]


def spans(starts: IntArray, lengths: IntArray) -> IntArray:
    """Return the positions of consecutive spans, concatenated."""
    shift = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    positions: IntArray = np.arange(len(shift)) + shift
    return positions


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Texts in two arrays, which can be memory-mapped.

    Attributes
    ----------
    letters : ndarray of uint8, all texts in UTF-8, concatenated
    ends : ndarray of int64, shape (n_texts,), end of each text in ``letters``
    """

    letters: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextColumn:
        """Return the column of these texts."""
        letters, ends = bytearray(), numbers("q")
        for text in texts:
            letters += text.encode("utf-8", "replace")
            ends.append(len(letters))
        return cls(np.array(letters, np.uint8), np.array(ends, np.int64))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, row: int) -> str:
        start = int(self.ends[row - 1]) if row > 0 else 0
        return self.letters[start : int(self.ends[row])].tobytes().decode("utf-8")

    def take(self, rows: Sequence[int] | IntArray) -> list[str]:
        """Return the texts of these rows, in their order."""
        return [self[int(row)] for row in rows]


def write_array(path: Path, array: npt.NDArray[Any]) -> dict[str, Any]:
    """Save an array and return its type, shape and checksum."""
    plain = np.ascontiguousarray(array)
    with path.open("wb") as file:
        np.save(file, plain, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return {"dtype": plain.dtype.str, "shape": list(plain.shape), "crc32": checksum(plain)}


def read_array(path: Path, facts: dict[str, Any], *, mmap: bool) -> npt.NDArray[Any]:
    """Return the array of a file, mapped or read.

    Raises
    ------
    ValueError
        If type, shape or checksum differ from ``facts``.
    """
    array: npt.NDArray[Any] = np.load(path, mmap_mode="r" if mmap else None, allow_pickle=False)
    found = {"dtype": array.dtype.str, "shape": list(array.shape), "crc32": checksum(array)}
    if found != facts:
        raise ValueError(f"{path.name} is not what was written")
    # A plain view: slicing numpy's memmap class is slow.
    return array.view(np.ndarray)


def checksum(array: npt.NDArray[Any]) -> int:
    """Return the CRC-32 of an array's bytes."""
    if not array.size:
        return 0
    return zlib.crc32(memoryview(array.reshape(-1).view(np.uint8).data))
