"""Shapes the engine's numbers travel in: array types, and text that can be memory-mapped."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.integer[Any]]
BoolArray = npt.NDArray[np.bool_]


def spans(starts: IntArray, lengths: IntArray) -> IntArray:
    """Return all positions of some spans, one span after the other."""
    shift = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    positions: IntArray = np.arange(len(shift)) + shift
    return positions


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of texts in two plain arrays, so that it saves without pickle and maps from disk.

    Attributes
    ----------
    letters : ndarray of uint8, all texts in UTF-8, one after the other
    ends : ndarray of int64 and shape (n_texts,), where each text ends in ``letters``
    """

    letters: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> TextColumn:
        """Return the column that holds these texts in this order."""
        letters, ends = bytearray(), array("q")
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
