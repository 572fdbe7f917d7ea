"""Real exports, and ways to spoil them: lines, cells, bytes, encodings and archives."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Sequence

from recommender.service import Marquee
from recommender.users import EXPORT_FORMATS, write_history

_CELLS = [
    *(
        "",
        " ",
        '"',
        '""',
        "\\N",
        "nan",
        "-",
        "NULL",
        "0",
        "-1",
        "1e309",
        "5.0.0",
        "²",
        "٣",
        "½",
        "★★★★½",
    ),
    *(
        "=1+1",
        "@SUM(A1)",
        "\t=cmd",
        "tt0113277",
        "tt" + "9" * 40,
        "31/02/2020",
        "2020-02-30",
        "1.1.21",
    ),
    *("0001-01-01", "9999-12-31", "2021-03-04T25:61:61Z", "\x00", "\u202e", "\ud7ff", "a" * 5000),
    *(
        "like",
        "Film",
        "https://boxd.it/x",
        "javascript:alert(1)",
        "Heat",
        "Amélie",
        "千と千尋の神隠し",
    ),
]


def build_base_files(marquee: Marquee, user_id: int) -> list[tuple[str, bytes]]:
    """Return exports as names and contents: all that Marquee writes, and what others do.

    Parameters
    ----------
    marquee
        Knows the films.
    user_id
        Whose films they are.
    """
    said = marquee.people.list_interactions(user_id)
    films = {film.tconst: film for film in marquee.films([row.tconst for row in said])}
    written = [
        write_history(form, [(r, films.get(r.tconst)) for r in said]) for form in EXPORT_FORMATS
    ]
    bases = [(export.name, export.data) for export in written]
    listed = list(films.values())
    letterboxd = _csv(
        ["Date", "Name", "Year", "Letterboxd URI", "Rating"],
        [["2021-03-04", f.primary_title, f.start_year, "https://boxd.it/x", "4.5"] for f in listed],
    )
    imdb = _csv(
        ["Const", "Your Rating", "Date Rated", "Title", "Original Title", "URL", "Title Type",
         "IMDb Rating", "Runtime (mins)", "Year", "Genres", "Num Votes", "Release Date",
         "Directors"],
        [[f.tconst, 8, "2021-03-04", f.primary_title, f.original_title, "https://x", "Movie", 8.1,
          f.runtime_min, f.start_year, "Drama", 1000, "2000-01-01", "|".join(f.directors)]
         for f in listed],
    )  # fmt: skip
    ratings = _csv(
        ["userId", "movieId", "rating", "timestamp"],
        [[1, n, 4.5, 1_500_000_000 + n] for n in range(20)],
    )
    return [*bases, ("ratings.csv", letterboxd), ("ratings.csv", imdb), ("ratings.csv", ratings)]


def _csv(header: list[str], rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([header, *rows])
    return text.getvalue().encode()


def _spoil_bytes(data: bytes, drawn: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(drawn.randint(1, 20)):
        if spoilt:
            spoilt[drawn.randrange(len(spoilt))] = drawn.randrange(256)
    return bytes(spoilt)


def _cut(data: bytes, drawn: random.Random) -> bytes:
    first, last = sorted(drawn.randrange(len(data) + 1) for _ in range(2))
    return data[:first] + data[last:] if drawn.random() < 0.5 else data[first:last]


def _spoil_cells(data: bytes, drawn: random.Random) -> bytes:
    lines = data.decode("utf-8", "replace").split("\n")
    for _ in range(drawn.randint(1, 12)):
        number = drawn.randrange(len(lines))
        cells = lines[number].split(",")
        cells[drawn.randrange(len(cells))] = drawn.choice(_CELLS)
        lines[number] = ",".join(cells)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _spoil_lines(data: bytes, drawn: random.Random) -> bytes:
    lines = data.split(b"\n")
    how = drawn.randrange(5)
    if how == 0:
        drawn.shuffle(lines)
    elif how == 1:
        lines = lines * drawn.randint(2, 40)
    elif how == 2:
        del lines[drawn.randrange(len(lines))]
    elif how == 3:
        lines.insert(drawn.randrange(len(lines) + 1), b'"' * drawn.randint(1, 9))
    else:
        lines = [line.replace(b",", drawn.choice([b";", b"\t", b",,", b"\x00"])) for line in lines]
    return drawn.choice([b"\n", b"\r\n", b"\r"]).join(lines)


def _spoil_encoding(data: bytes, drawn: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    encoding = drawn.choice(
        ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1252", "cp437", "utf-7"]
    )
    return text.encode(encoding, "replace")


SPOILERS = [_spoil_bytes, _cut, _spoil_cells, _spoil_cells, _spoil_lines, _spoil_encoding]
"""Each is handed a file and takes what it does from a generator."""


def pack(name: str, data: bytes, drawn: random.Random) -> bytes:
    """Return a file in a zip, at a place it may not be, beside others, and maybe spoilt."""
    file = io.BytesIO()
    places = [name] * 4 + [f"likes/{name}", "films.csv", f"../{name}", f"/etc/{name}", "a.zip"]
    member = drawn.choice(places)
    with zipfile.ZipFile(
        file, "w", drawn.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    ) as archive:
        archive.writestr(member, data)
        if drawn.random() < 0.3:
            archive.writestr("zeros.csv", b"0" * drawn.choice([10, 5_000_000, 60_000_000]))
    packed = file.getvalue()
    return packed if drawn.random() < 0.7 else drawn.choice([_spoil_bytes, _cut])(packed, drawn)
