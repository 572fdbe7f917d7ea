"""Parse fields of IMDb's files into numbers: ids, votes, years."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from recommender.catalogue.imdb.schemas import MOST_DIGITS, FileSchema, Kind

Numbers = npt.NDArray[np.int64]

WORD = pa.dictionary(pa.int32(), pa.string())
TYPES = {
    Kind.TITLE: pa.int64(),
    Kind.PERSON: pa.int64(),
    Kind.PEOPLE: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.DECIMAL: pa.float64(),
    Kind.TEXT: pa.string(),
    Kind.WORD: WORD,
}
_FEWEST_LETTERS = 2 + 7
_MOST_LETTERS = 2 + MOST_DIGITS


def convert(table: pa.Table, shape: FileSchema, only: Numbers | None) -> pa.Table:
    """Return a table with its ids and numbers parsed.

    Parameters
    ----------
    table
        Strings, with nulls; columns of the schema.
    shape
        Schema of the file. Lists of people stay strings without ``nm``.
    only
        Sorted keys; other rows are dropped before the conversion.

    Raises
    ------
    ArrowInvalid
        If a field is invalid.
    """
    key = pa.array(_ids(table[shape.key], shape.columns[shape.key]))
    table = table.set_column(0, shape.key, key)
    if only is not None:
        kept, _ = find_in(only, key.to_numpy())
        table = table.filter(pa.array(kept))
    for place, (name, kind) in enumerate(shape.columns.items()):
        if name != shape.key:
            table = table.set_column(place, name, _column(table[name], kind))
    return table


def find_in(wanted: Numbers, ids: Numbers) -> tuple[npt.NDArray[np.bool_], Numbers]:
    """Return which ids are in the sorted wanted ids, and the positions of those."""
    if not len(wanted):
        return np.zeros(len(ids), bool), np.empty(0, np.int64)
    place = np.minimum(np.searchsorted(wanted, ids), len(wanted) - 1)
    found = wanted[place] == ids
    return found, place[found]


def split_people(column: Any) -> tuple[Numbers, Numbers, Numbers]:
    """Return row, place (from 1) and id of every person in a column of lists.

    Parameters
    ----------
    column
        Strings of ``convert``: digits separated by commas, or null.
    """
    lists = pc.split_pattern(column.combine_chunks(), ",")
    rows = pc.list_parent_indices(lists).to_numpy()
    ids = pc.cast(pc.list_flatten(lists), pa.int64()).to_numpy()
    counts = np.bincount(rows, minlength=len(lists)) if len(rows) else np.empty(0, np.int64)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    return rows, np.arange(len(rows)) - first + 1, ids


def _column(column: Any, kind: Kind) -> Any:
    if kind in {Kind.TITLE, Kind.PERSON}:
        return pa.array(_ids(column, kind))
    if kind is Kind.PEOPLE:
        return _people(column)
    if kind is Kind.WHOLE:
        return _whole(column)
    if kind is Kind.DECIMAL:
        numbers = pc.cast(column, pa.float64())
        in_range = pc.and_(pc.greater_equal(numbers, 0), pc.less_equal(numbers, 10))
        _refuse_unless(in_range, column)
        return numbers
    return column


def _ids(column: Any, kind: Kind) -> Numbers:
    """Return ids without their prefix."""
    length = pc.binary_length(column)
    long_enough = pc.and_(
        pc.greater_equal(length, _FEWEST_LETTERS), pc.less_equal(length, _MOST_LETTERS)
    )
    _refuse_unless(pc.and_(pc.starts_with(column, kind.value), long_enough), column)
    if column.null_count:
        raise pa.ArrowInvalid("an id is missing")
    digits = pc.utf8_slice_codeunits(column, 2)
    ids: Numbers = _whole(digits).to_numpy()
    return ids


def _whole(column: Any) -> Any:
    # Arrow alone would also accept -7 and 0x1F.
    _refuse_unless(pc.ascii_is_decimal(column), column)
    return pc.cast(column, pa.int64())


def _people(column: Any) -> Any:
    """Return lists of person ids without ``nm``."""
    _refuse_unless(pc.match_substring_regex(column, r"^nm\d{7,10}(,nm\d{7,10})*$"), column)
    return pc.replace_substring(column, "nm", "")


def _refuse_unless(valid: Any, column: Any) -> None:
    if len(column) and pc.all(valid).as_py() is False:
        raise pa.ArrowInvalid("a field is invalid")
