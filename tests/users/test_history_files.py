"""Harmful and damaged history files are refused with a message."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.errors import HistoryFileError
from recommender.users import read_history
from recommender.users.history import archives, reading, tables

HEADER = "Date,Name,Year,Letterboxd URI,Rating\n"
ROW = "2021-03-04,Heat,1995,https://x,4.5\n"


def zipped(members: dict[str, str | bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_letterboxd_zip_is_read_without_files_that_hold_no_films() -> None:
    history = read_history(
        [
            (
                "letterboxd.zip",
                zipped(
                    {
                        "profile.csv": "Date Joined,Username,Given Name\n2021-01-01,x,y\n",
                        "ratings.csv": HEADER + ROW,
                        "comments.csv": "Date,Content,Comment\n2021-01-01,Heat,good\n",
                        "likes/films.csv": "Date,Name,Year,Letterboxd URI\n2021-03-04,Alien,1979,x",
                        "likes/lists.csv": "Date,Name,Year,Letterboxd URI\n2021-03-04,No,1979,x",
                        "deleted/ratings.csv": HEADER + ROW.replace("Heat", "Gone"),
                        "lists/best.csv": "Position,Name,Year,URL\n1,Listed,1999,x\n",
                        "__MACOSX/._ratings.csv": b"\0\1\2",
                        "photo.jpg": b"\xff\xd8",
                    }
                ),
            )
        ]
    )
    assert {entry.title for entry in history.entries} == {"Heat", "Alien"}
    assert "comments.csv" in history.ignored_files


def damaged_end(data: bytes, offset: int, value: int) -> bytes:
    place = data.rfind(b"PK\x05\x06")
    return data[: place + offset] + struct.pack("<L", value) + data[place + offset + 4 :]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({"../../ratings.csv": HEADER + ROW}), "outside"),
        (zipped({"/etc/ratings.csv": HEADER + ROW}), "outside"),
        (zipped({"a\\..\\..\\ratings.csv": HEADER + ROW}), "outside"),
        (zipped({"C:\\ratings.csv": HEADER + ROW}), "outside"),
        (zipped({"inner.zip": zipped({"ratings.csv": HEADER + ROW})}), "another zip"),
        (zipped({"ratings.csv": zipped({"ratings.csv": HEADER + ROW})}), "another zip"),
        (zipped({"xl/workbook.xml": "<x/>"}), "Excel"),
        (zipped({"ratings.csv": HEADER + ROW})[:-30], "damaged"),
        (zipped({"ratings.csv": HEADER + ROW})[:60], "damaged"),
        (damaged_end(zipped({"ratings.csv": HEADER + ROW}), 12, 900_000_000), "too many files"),
        (zipped({}), "No films"),
        (zipped({"photo.jpg": b"x"}), "No films"),
        (b"", "No films"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "not a text file"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"films": [' + b"9" * 5_000 + b"]}", "not valid JSON"),
        (b'{"films": 7}', "No films"),
        (b'[1, null, {"tconst": ["tt0113277"], "kind": {}}]', ""),
        ((HEADER + '"' + "x" * 150_000).encode(), "quotation mark"),
        (b"Title,Year\n" + b"," * 1_000_000, "too long ones"),
        (b"Title,Year\n" + b"\n" * 300_000, "too many lines"),
        (b"Title," * 200_000, "too long ones"),
    ],
    # A zip holds the time it was made at: as a name of the test it would differ between processes.
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_harmful_and_damaged_files_are_refused(data: bytes, words: str) -> None:
    if not words:
        assert all(entry.fault for entry in read_history([("file", data)]).entries)
        return
    with pytest.raises(HistoryFileError, match=words):
        read_history([("file", data)])


def test_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 2_000_000)
    bomb = zipped({"ratings.csv": HEADER + "\0" * 30_000_000})
    assert len(bomb) < 100_000
    with pytest.raises(HistoryFileError, match="far too large"):
        read_history([("bomb.zip", bomb)])
    many = zipped({f"ratings{n}.csv": HEADER + " " * 900_000 for n in range(3)})
    with pytest.raises(HistoryFileError, match="far too large"):
        read_history([("bomb.zip", many)])


def test_zip_with_wrong_sizes_is_refused() -> None:
    data = zipped({"ratings.csv": HEADER + ROW * 100})
    place = data.rfind(b"PK\x01\x02") + 24  # the unpacked size in the list of contents
    lying = data[:place] + struct.pack("<L", 50) + data[place + 4 :]
    with pytest.raises(HistoryFileError, match="damaged"):
        read_history([("lying.zip", lying)])


def test_encrypted_zip_is_refused() -> None:
    data = bytearray(zipped({"ratings.csv": HEADER + ROW}))
    data[6] |= 1
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(HistoryFileError, match="password"):
        read_history([("locked.zip", bytes(data))])


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    monkeypatch.setattr(reading, "MOST_ENTRIES", 4)
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)
    with pytest.raises(HistoryFileError, match="more than 3 rows"):
        read_history([("r.csv", (HEADER + ROW * 4).encode())])
    with pytest.raises(HistoryFileError, match="together"):
        read_history([(f"{n}.csv", (HEADER + ROW * 2).encode()) for n in range(3)])
    with pytest.raises(HistoryFileError, match="too large"):
        read_history([("r.csv", (HEADER + ROW * 40).encode())])


def test_formula_in_a_cell_is_read_as_a_title() -> None:
    text = 'Title,Year\n"=HYPERLINK(""http://x"",""y"")",1995\n<script>alert(1)</script>,1995\n'
    titles = [e.title for e in read_history([("a.csv", text.encode())]).entries]
    assert titles == ['=HYPERLINK("http://x","y")', "<script>alert(1)</script>"]


CELLS = st.one_of(
    st.sampled_from(
        ["Const", "Your Rating", "Date", "Name", "Year", "Title", "Rating", "Letterboxd URI",
         "kind", "tconst", "movieId", "imdbId", "Position", "like", "tt0113277", "1995", "9",
         "2021-03-04", "31/12/2020", "Heat", "Kid, The (1921)", '"', "=1", "\0", ""]
    ),
    st.text(max_size=12),
)  # fmt: skip


@settings(max_examples=80)
@given(
    rows=st.lists(st.lists(CELLS, max_size=7), max_size=8),
    separator=st.sampled_from(",;\t|"),
    name=st.sampled_from(["ratings.csv", "watchlist.csv", "a.json", "x"]),
    encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"]),
)
def test_any_table_is_read_or_refused(
    rows: list[list[str]], separator: str, name: str, encoding: str
) -> None:
    data = "\n".join(separator.join(row) for row in rows).encode(encoding, "replace")
    check(name, data)


@settings(max_examples=100)
@given(data=st.binary(max_size=300), start=st.sampled_from([b"", b"PK\x03\x04", b"{", b"\xff\xfe"]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    check("file", start + data)


@settings(max_examples=100)
@given(changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6))
def test_any_damaged_zip_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    data = bytearray(zipped({"ratings.csv": HEADER + ROW, "watchlist.csv": HEADER + ROW}))
    for place, value in changes:
        data[place % len(data)] = value
    check("file.zip", bytes(data))


def check(name: str, data: bytes) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    try:
        history = read_history([(name, data)], now=now)
    except HistoryFileError:
        return
    for entry in history.entries:
        assert entry.fault or entry.tconst or entry.title or entry.other_title
        assert entry.rating is None or 0 < entry.rating <= history.scale
        assert entry.at is None or entry.at <= now + timedelta(days=1)
        assert entry.title.encode() is not None  # no half of a surrogate pair
