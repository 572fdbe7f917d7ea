"""Exports of other services are recognised by their columns and read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from recommender.entities import InteractionKind
from recommender.errors import HistoryFileError
from recommender.users import Entry, HistoryFormat, read_history

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
LIKE, SEEN, WATCHLIST = InteractionKind.LIKE, InteractionKind.SEEN, InteractionKind.WATCHLIST


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


def read(text: str, name: str = "films.csv", encoding: str = "utf-8") -> list[Entry]:
    return list(read_history([(name, text.encode(encoding))], now=NOW).entries)


def test_letterboxd_ratings_are_read() -> None:
    history = read_history(
        [
            (
                "ratings.csv",
                b"Date,Name,Year,Letterboxd URI,Rating\n"
                b"2021-03-04,Heat,1995,https://boxd.it/2b4,4.5\n"
                b'2020-01-02,"Crouching Tiger, Hidden Dragon",2000,https://boxd.it/1,3\n'
                b"2022-01-02,Alien,1979,https://boxd.it/3,\n",
            )
        ],
        now=NOW,
    )
    assert (history.source, history.scale) == (HistoryFormat.LETTERBOXD, 5)
    tiger, heat, alien = history.entries
    assert (heat.title, heat.year, heat.rating, heat.at) == ("Heat", 1995, 4.5, day(2021, 3, 4))
    assert (tiger.title, tiger.rating, tiger.kind) == ("Crouching Tiger, Hidden Dragon", 3.0, None)
    assert (alien.rating, alien.kind) == (None, SEEN)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("watched.csv", SEEN),
        ("watchlist.csv", WATCHLIST),
        ("watchlist (1).csv", WATCHLIST),
        ("films.csv", LIKE),
        ("someone-likes-watchlists/likes/films.csv", LIKE),
        ("someone-watchlists/watched.csv", SEEN),
        ("renamed.csv", None),
    ],
)
def test_letterboxd_files_with_equal_columns_differ_by_name(
    name: str, kind: InteractionKind | None
) -> None:
    [entry] = read("Date,Name,Year,Letterboxd URI\n2021-03-04,Heat,1995,https://x\n", name)
    assert entry.kind is kind
    assert entry.is_listed is (kind is None)


def test_letterboxd_diary_has_the_watched_date() -> None:
    [first, again] = read(
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
        '2021-03-04,Heat,1995,https://x,,,"a, b",2021-03-01\n'
        "2022-03-04,Heat,1995,https://y,5,Yes,,2022-02-27\n"
    )
    assert (first.kind, first.at) == (SEEN, day(2021, 3, 1))
    assert (again.rating, again.at) == (5.0, day(2022, 2, 27))


def test_letterboxd_list_is_read_below_its_first_lines() -> None:
    entries = read(
        "Letterboxd list export v7\nDate,Name,Tags,URL,Description\n"
        '2021-01-01,Best of,,https://boxd.it/list,"Two\nlines, and a ""quote"""\n\n'
        "Position,Name,Year,URL,Description\n1,Heat,1995,https://boxd.it/1,\n"
        "2,Alien,1979,https://boxd.it/2,\n"
    )
    assert [(e.title, e.year, e.is_listed) for e in entries] == [
        ("Heat", 1995, True),
        ("Alien", 1979, True),
    ]


NEW_IMDB = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,"
    "Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n"
    "tt0113277,9,2021-03-04,Heat,Heat,https://www.imdb.com/title/tt0113277/,Movie,8.3,170,1995,"
    '"Action, Crime",750000,1995-12-15,Michael Mann\n'
    "tt0903747,10,2021-03-05,Breaking Bad,Breaking Bad,https://x,TV Series,9.5,45,2008,Crime,1,,\n"
)
OLD_IMDB = (
    "position,const,created,modified,description,Title,Title type,Directors,You rated,"
    "IMDb Rating,Runtime (mins),Year,Genres,Num. Votes,Release Date (month/day/year),URL\n"
    '1,tt0113277,"Thu Mar  4 00:00:00 2021",,,Heat,Feature Film,Michael Mann,,8.3,170,1995,,,,\n'
)


def test_imdb_ratings_are_read() -> None:
    history = read_history([("ratings.csv", NEW_IMDB.encode())], now=NOW)
    assert (history.source, history.scale) == (HistoryFormat.IMDB, 10)
    heat, series = history.entries
    assert (heat.tconst, heat.rating, heat.at) == ("tt0113277", 9.0, day(2021, 3, 4))
    assert heat.directors == ("Michael Mann",)
    assert (heat.fault, series.fault) == ("", "It is a series, not a film.")


def test_imdb_ratings_without_original_titles_are_read() -> None:
    lines = [line.split(",") for line in NEW_IMDB.replace('"Action, Crime"', "Crime").splitlines()]
    old = "\n".join(",".join(cells[:4] + cells[5:]) for cells in lines)
    assert [(e.tconst, e.rating, e.other_title) for e in read(old)] == [
        ("tt0113277", 9.0, ""),
        ("tt0903747", 10.0, ""),
    ]


def test_old_and_new_imdb_lists_are_read() -> None:
    new = (
        "Position,Const,Created,Modified,Description,Title,Original Title,Your Rating,Date Rated\n"
    )
    new += "1,tt0113277,2021-03-04,2021-03-04,,Heat,Heat,8,2021-03-06\n"
    for text in (OLD_IMDB, new):
        entries = read(text, "WATCHLIST.csv")
        assert entries[0].tconst == "tt0113277"
        assert entries[0].kind is WATCHLIST
    assert entries[1].rating == 8.0  # on the watchlist and rated: two entries
    assert read(OLD_IMDB, "ls012345678.csv")[0].is_listed


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Const;Deine Bewertung;Bewertungsdatum;Titel;Originaltitel;URL;Titeltyp;"
            "IMDb-Bewertung;Laufzeit (Min.);Jahr;Genres;Stimmen;Erscheinungsdatum;Regisseure",
            "tt0068646;9;13.04.2021;Der Pate;The Godfather;https://x;Film;9,2;175;1972;;;;F. F. C.",
        ),
        (
            "Const,Votre note,Date de la note,Titre,Titre original,URL,Type de titre,Année",
            "tt0068646,9,13/04/2021,Le Parrain,The Godfather,https://x,Film,1972",
        ),
        (
            "Const,Tu calificación,Fecha de calificación,Título,Título original,URL,Año",
            "tt0068646,9,13/4/2021,El padrino,The Godfather,https://x,1972",
        ),
        # No name is known here: the ids show the column, and those beside it follow.
        ("コード,評価,日付,題名", "tt0068646,9,2021/04/13,ゴッドファーザー"),
        # And none at all.
        ("tt0113277,7,2021-01-01,Heat", "tt0068646,9,2021-04-13,The Godfather"),
    ],
)
def test_imdb_exports_in_other_languages_are_read(header: str, row: str) -> None:
    entry = read(f"{header}\n{row}\n", "ratings.csv")[-1]
    assert (entry.tconst, entry.rating, entry.at) == ("tt0068646", 9.0, day(2021, 4, 13))


@pytest.mark.parametrize("word", ["Serie TV", "Série télévisée", "TV-Serie", "TV Mini Series"])
def test_series_is_recognised_in_every_language(word: str) -> None:
    [entry] = read(f"Const,Your Rating,Title,Title Type\ntt0903747,9,Breaking Bad,{word}\n")
    assert entry.fault == "It is a series, not a film."


def test_movielens_ratings_need_links() -> None:
    ratings = ("ratings.csv", b"userId,movieId,rating,timestamp\n1,6,4.5,964982703\n1,9,2.0,9649\n")
    links = ("links.csv", b"movieId,imdbId,tmdbId\n6,0113277,949\n")
    history = read_history([ratings, links], now=NOW)
    assert (history.source, history.scale) == (HistoryFormat.MOVIELENS, 5)
    unknown, heat = history.entries
    assert (heat.tconst, heat.rating) == ("tt0113277", 4.5)
    assert heat.at == datetime(2000, 7, 30, 18, 45, 3, tzinfo=UTC)
    assert unknown.fault == "Its number is not in links.csv."
    with pytest.raises(HistoryFileError, match=r"links\.csv"):
        read_history([ratings], now=NOW)


def test_movielens_titles_replace_links() -> None:
    ratings = ("ratings.csv", b"userId,movieId,rating,timestamp\n1,29,4.5,964982703\n")
    movies = (
        "movies.csv",
        "movieId,title,genres\n"
        '29,"City of Lost Children, The (Cité des enfants perdus, La) (1995)",X\n'.encode(),
    )
    [entry] = read_history([ratings, movies], now=NOW).entries
    assert entry.title == "The City of Lost Children"
    assert entry.other_title == "La Cité des enfants perdus"
    assert entry.year == 1995


def test_movielens_org_export_needs_no_links() -> None:
    [entry] = read(
        "movie_id, imdb_id, tmdb_id, rating, average_rating, title\n"
        "6, tt0113277, 949, 4.5, 3.9, Heat (1995)\n"
    )
    assert (entry.tconst, entry.rating) == ("tt0113277", 4.5)


def test_ratings_of_several_users_are_refused() -> None:
    ratings = ("r.csv", b"userId,movieId,rating,timestamp\n1,6,4,9\n2,6,4,9\n")
    with pytest.raises(HistoryFileError, match="many people"):
        read_history([ratings, ("links.csv", b"movieId,imdbId\n6,0113277\n")], now=NOW)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_end_are_detected(
    encoding: str, separator: str, end: str
) -> None:
    rows = [["Title", "Year", "Your Rating"], ["Amélie", "2001", "9"], ["Léon", "1994", "8"]]
    text = end.join(separator.join(row) for row in rows)
    assert [(e.title, e.year, e.rating) for e in read(text, encoding=encoding)] == [
        ("Amélie", 2001, 9.0),
        ("Léon", 1994, 8.0),
    ]


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (("3/4/2021", "12/31/2020"), (day(2021, 3, 4), day(2020, 12, 31))),
        (("3/4/2021", "31/12/2020"), (day(2021, 4, 3), day(2020, 12, 31))),
        (("3/4/2021", "1/2/2021"), (day(2021, 3, 4), day(2021, 1, 2))),
        (("3.4.2021", "1.2.2021"), (day(2021, 4, 3), day(2021, 2, 1))),
        (("4/3/21", "12/31/99"), (day(2021, 4, 3), day(1999, 12, 31))),
        (("4 Mar 2021", "1. März 2020"), (day(2021, 3, 4), day(2020, 3, 1))),
        (("2021-03-04 23:30:00", "2021-03-04T23:30:00+02:00"), (
            datetime(2021, 3, 4, 23, 30, tzinfo=UTC), datetime(2021, 3, 4, 21, 30, tzinfo=UTC))),
        (("0000-00-00", "2021-02-30"), (None, None)),
        (("9999-12-31", "1066-10-14"), (None, None)),
        (("never", ""), (None, None)),
        (("2026-05-02", "1770000000"), (NOW, datetime(2026, 2, 2, 2, 40, tzinfo=UTC))),
    ],
)  # fmt: skip
def test_dates_of_a_column_are_read_in_one_format(
    cells: tuple[str, str], dates: tuple[datetime | None, datetime | None]
) -> None:
    text = f"Title,Year,Date\nHeat,1995,{cells[0]}\nAlien,1979,{cells[1]}\n"
    assert {e.title: e.at for e in read(text)} == dict(zip(("Heat", "Alien"), dates, strict=True))


def test_newest_first_file_is_reversed() -> None:
    dates = ("2021-03-04", "2021-03-04", "2020-01-01")
    text = "Title,Year,Date\n" + "".join(f"Film {n},1995,{d}\n" for n, d in enumerate(dates))
    assert [e.title for e in read(text)] == ["Film 2", "Film 1", "Film 0"]


@pytest.mark.parametrize(
    ("cell", "rating"),
    [("4.5", 4.5), ("4,5", 4.5), ("4/5", 4.0), ("0", None), ("-3", None), ("6", None),
     ("nan", None), ("1e9", None), ("=4", None), ("٤", None)],
)  # fmt: skip
def test_rating_cell_is_read(cell: str, rating: float | None) -> None:
    [entry] = read(f'Date,Name,Year,Letterboxd URI,Rating\n2021-03-04,Heat,1995,x,"{cell}"\n')
    assert entry.rating == rating


def test_unknown_scale_is_ten_when_a_rating_is_over_five() -> None:
    assert read_history([("a.csv", b"Title,Year,Rating\nHeat,1995,5\n")]).scale == 5
    assert read_history([("a.csv", b"Title,Year,Rating\nHeat,1995,8\n")]).scale == 10


def test_files_of_two_scales_use_the_finer() -> None:
    history = read_history(
        [
            ("ratings.csv", NEW_IMDB.encode()),
            ("r.csv", b"Date,Name,Year,Letterboxd URI,Rating\n2021-03-04,Alien,1979,x,4.5\n"),
        ]
    )
    assert history.scale == 10
    assert {e.title: e.rating for e in history.entries}["Alien"] == 9.0


@pytest.mark.parametrize(
    ("title", "read_as"),
    [("Kid, The", "The Kid"), ("Avventura, L'", "L'Avventura"), ("Heat (1995)", "Heat"),
     ("Good, Bad", "Good, Bad"), ("'=1+1", "=1+1"), ("''=1+1", "'=1+1"), ("'Round", "'Round")],
)  # fmt: skip
def test_articles_and_escaped_cells_are_restored_in_titles(title: str, read_as: str) -> None:
    assert read(f'Title,Directors\n"{title}",X\n')[0].title == read_as


def test_row_without_a_film_has_a_fault() -> None:
    entries = read("Title,Year\n,1995\nHeat,1995\n")
    assert [bool(e.fault) for e in entries] == [True, False]
    assert entries[0].line == 2


def test_marquee_files_keep_kinds_and_times() -> None:
    moment = "2021-03-04T05:06:07.000089+00:00"
    texts = (
        f'{{"films": [{{"tconst": "tt0113277", "kind": "hide", "date": "{moment}"}}]}}',
        f"tconst,kind,date\ntt0113277,hide,{moment}\n",
    )
    for text in texts:
        [entry] = read(text)
        assert (entry.tconst, entry.kind) == ("tt0113277", InteractionKind.HIDE)
        assert entry.at == datetime.fromisoformat(moment)
        assert entry.is_exact
    [unknown] = read("tconst,kind\ntt0113277,adore\n")
    assert unknown.fault == "Marquee does not know the kind “adore”."
