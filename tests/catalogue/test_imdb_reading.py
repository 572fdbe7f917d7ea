"""Tests of reading IMDb's files: repairs, and errors with file and line."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.catalogue.imdb.reading import Reading, read_table
from recommender.catalogue.imdb.schemas import BASICS, CREW, NAMES, PRINCIPALS, RATINGS, FileSchema
from recommender.errors import FilmFileError

Rows = list[dict[str, object]]


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Rows]:
    """Return a function that reads a file of these lines (a list without header, or bytes)."""

    def read_lines(
        shape: FileSchema, lines: list[str] | bytes, reading: Reading | None = None
    ) -> Rows:
        path = tmp_path / shape.file_name
        if isinstance(lines, list):
            text = "\n".join(["\t".join(shape.header), *lines]) + "\n"
            lines = gzip.compress(text.encode())
        path.write_bytes(lines)
        tables = read_table(path, shape, reading=reading)
        return [row for table in tables for row in table.to_pylist()]

    return read_lines


def test_null_is_none_and_a_quote_is_a_character(read: Callable[..., Rows]) -> None:
    rows = read(BASICS, ['tt0000001\tmovie\t"Heat\tHe"at"\t0\t1995\t\\N\t\\N\t\\N'])
    assert rows == [
        {
            "tconst": 1,
            "titleType": "movie",
            "primaryTitle": '"Heat',
            "originalTitle": 'He"at"',
            "isAdult": 0,
            "startYear": 1995,
            "runtimeMinutes": None,
            "genres": None,
        }
    ]


def test_ids_may_have_more_than_seven_digits(read: Callable[..., Rows]) -> None:
    rows = read(RATINGS, ["tt0000007\t7.5\t10", "tt12345678\t8.0\t5", "tt1234567890\t9\t5"])
    assert [row["tconst"] for row in rows] == [7, 12_345_678, 1_234_567_890]


def test_windows_line_ends_and_a_byte_order_mark_are_read(read: Callable[..., Rows]) -> None:
    text = (
        "\ufeff" + "\t".join(NAMES.header) + "\r\nnm0000001\t小津 安二郎 🎬\t\\N\t\\N\t\\N\t\\N\r\n"
    )
    assert read(NAMES, gzip.compress(text.encode())) == [
        {"nconst": 1, "primaryName": "小津 安二郎 🎬"}
    ]


def test_missing_last_line_end_and_blank_lines_are_accepted(
    read: Callable[..., Rows],
) -> None:
    text = "\t".join(RATINGS.header) + "\ntt0000001\t7.5\t10\n\n\ntt0000002\t6.5\t20"
    assert [row["numVotes"] for row in read(RATINGS, gzip.compress(text.encode()))] == [10, 20]


def test_columns_may_be_reordered_and_extended(read: Callable[..., Rows]) -> None:
    text = "numVotes\tnew\taverageRating\ttconst\n10\tx\t7.5\ttt0000001\n"
    assert read(RATINGS, gzip.compress(text.encode())) == [
        {"tconst": 1, "averageRating": 7.5, "numVotes": 10}
    ]


def test_several_gzip_members_are_read_as_one_file(read: Callable[..., Rows]) -> None:
    first = gzip.compress(("\t".join(RATINGS.header) + "\ntt0000001\t7.5").encode())
    rows = read(RATINGS, first + gzip.compress(b"\t10\n") + b"\0" * 100)
    assert rows == [{"tconst": 1, "averageRating": 7.5, "numVotes": 10}]


def test_lost_tab_between_titles_is_repaired_and_reported(
    read: Callable[..., Rows],
) -> None:
    reading = Reading()
    lines = [
        "tt0000001\tmovie\tHeat\tHeat\t0\t1995\t\\N\t170\tDrama",
        "tt0000002\tmovie\tOne Title\t0\t2004\t\\N\t\\N\tCrime",
        "tt0000003\tmovie\tNo Genres\tNo Genres\t0\t2004\t\\N\t90",
    ]
    rows = read(BASICS, lines, reading)
    assert [row["primaryTitle"] for row in rows] == ["Heat", "One Title", "No Genres"]
    assert [row["originalTitle"] for row in rows] == ["Heat", "One Title", "No Genres"]
    assert [row["startYear"] for row in rows] == [1995, 2004, 2004]
    assert [row["genres"] for row in rows] == ["Drama", "Crime", None]
    assert reading.mended == [
        "title.basics.tsv.gz, line 3: a tab was missing",
        "title.basics.tsv.gz, line 4: a tab was missing",
    ]
    assert reading.rows == 3


GOOD = "tt0000001\t1\tnm0000001\tactor\t\\N\t\\N"


@pytest.mark.parametrize(
    ("shape", "line", "why"),
    [
        (PRINCIPALS, "tt0000001\tnm0000001", "2 fields, while the header has 6"),
        (PRINCIPALS, GOOD + "\tmore", "7 fields, while the header has 6"),
        (PRINCIPALS, "tt1\t1\tnm0000001\tactor\t\\N\t\\N", "tconst is 'tt1'"),
        (PRINCIPALS, "nm0000001\t1\tnm0000001\tactor\t\\N\t\\N", "tconst is 'nm0000001'"),
        (PRINCIPALS, "tt0000001\t1\t\\N\tactor\t\\N\t\\N", "nconst is"),
        (PRINCIPALS, "tt0000001\tfirst\tnm0000001\tactor\t\\N\t\\N", "ordering is 'first'"),
        (PRINCIPALS, "tt0000001\t-1\tnm0000001\tactor\t\\N\t\\N", "ordering is '-1'"),
        (PRINCIPALS, "tt0x00001\t1\tnm0000001\tactor\t\\N\t\\N", "tconst is 'tt0x00001'"),
        (RATINGS, "tt0000001\t11\t5", "averageRating is '11'"),
        (RATINGS, "tt0000001\tnan\t5", "averageRating is 'nan'"),
        (RATINGS, "tt0000001\t7\t٣", "numVotes is '٣'"),
        (CREW, "tt0000001\tAnn\t\\N", "directors is 'Ann'"),
        (CREW, "tt0000001\tnm0000001,\t\\N", "directors is 'nm0000001,'"),
        (BASICS, "tt0000001\tmovie\tA\tA\t0\tsoon\t\\N\t90\tDrama", "startYear is 'soon'"),
    ],
)
def test_invalid_row_is_named_with_file_and_line(
    read: Callable[..., Rows], shape: FileSchema, line: str, why: str
) -> None:
    sound = {
        "title.principals": GOOD,
        "title.ratings": "tt0000001\t7\t5",
        "title.crew": "tt0000001\t\\N\t\\N",
        "title.basics": "tt0000001\tmovie\tA\tA\t0\t1999\t\\N\t90\tDrama",
    }[shape.name]
    with pytest.raises(FilmFileError) as caught:
        read(shape, [sound] * 40 + [line])
    assert str(caught.value).startswith(f"{shape.file_name}, line 42: {why}")


def test_line_that_is_not_utf_8_is_named(read: Callable[..., Rows]) -> None:
    text = ("\t".join(RATINGS.header) + "\n").encode() + b"tt0000001\t7\t5\ntt\xff\t7\t5\n"
    with pytest.raises(FilmFileError, match=r"ratings\.tsv\.gz, line 3: not in UTF-8"):
        read(RATINGS, gzip.compress(text))


def test_missing_columns_are_named(read: Callable[..., Rows]) -> None:
    with pytest.raises(FilmFileError, match="line 1: these columns are missing: numVotes"):
        read(RATINGS, gzip.compress(b"tconst\taverageRating\n"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<!DOCTYPE html><html>Sign in to the hotel's network</html>", "is a web page"),
        (b"PK\x03\x04", "is not a gzip file"),
        (b"", "is empty"),
        (gzip.compress(b""), "is empty"),
        (gzip.compress(b"x" * 12_000_000), "has no lines"),
    ],
    ids=["html", "zip", "empty", "packed emptiness", "no lines"],
)  # fmt: skip
def test_other_content_than_a_data_set_is_named(
    read: Callable[..., Rows], content: bytes, why: str
) -> None:
    with pytest.raises(FilmFileError, match=why):
        read(RATINGS, content)


MANY = [f"tt{number:07}\t7.5\t{number}" for number in range(1, 30_001)]
PACKED = gzip.compress(("\n".join(["\t".join(RATINGS.header), *MANY]) + "\n").encode())


@pytest.mark.parametrize("kept", [20, len(PACKED) // 2, len(PACKED) - 9, len(PACKED) - 1])
def test_truncated_file_is_refused(read: Callable[..., Rows], kept: int) -> None:
    with pytest.raises(FilmFileError, match=r"title\.ratings\.tsv\.gz is (cut off|empty)"):
        read(RATINGS, PACKED[:kept])


def test_damaged_file_is_refused(read: Callable[..., Rows]) -> None:
    for place in (len(PACKED) // 2, len(PACKED) - 6):
        damaged = bytearray(PACKED)
        damaged[place] ^= 0xFF
        with pytest.raises(FilmFileError, match=r"title\.ratings\.tsv\.gz"):
            read(RATINGS, bytes(damaged))


def test_rows_and_bytes_are_counted(read: Callable[..., Rows]) -> None:
    reading = Reading()
    assert len(read(RATINGS, PACKED, reading)) == reading.rows == 30_000
    assert reading.bytes_read == len(PACKED)


def test_unpacked_file_is_read_like_a_packed_one(read: Callable[..., Rows]) -> None:
    reading = Reading()
    plain = gzip.decompress(PACKED)
    assert read(RATINGS, plain, reading) == read(RATINGS, PACKED)
    assert (reading.rows, reading.bytes_read) == (30_000, len(plain))


def test_unpacked_file_with_an_incomplete_last_line_is_refused(
    read: Callable[..., Rows],
) -> None:
    plain = gzip.decompress(PACKED)
    with pytest.raises(FilmFileError, match=r"cut off after line 30,000"):
        read(RATINGS, plain[:-1])


TEXTS = st.text(st.characters(blacklist_characters="\t\n", codec="utf-8"), max_size=12)


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=8), st.booleans())
def test_any_name_is_read_as_python_reads_it(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], windows: bool
) -> None:
    end = "\r\n" if windows else "\n"
    lines = ["\t".join(NAMES.header)]
    lines += [f"nm{n:07}\t{name}\t\\N\t\\N\t\\N\tx" for n, name in enumerate(names)]
    path = tmp_path_factory.mktemp("names") / NAMES.file_name
    path.write_bytes(gzip.compress("".join(line + end for line in lines).encode()))
    found = [row["primaryName"] for t in read_table(path, NAMES) for row in t.to_pylist()]
    assert found == [None if name == "\\N" else name for name in names]
