"""Tests of the bundled file: valid rows, and the right facts of well-known films."""

from __future__ import annotations

import csv
import gzip
import re

import pytest

from recommender.settings import PROJECT_DIR

FILE = PROJECT_DIR / "data" / "films.csv.gz"
GENRES = set(
    "Action Adventure Animation Biography Comedy Crime Documentary Drama Family Fantasy Film-Noir "  # noqa: SIM905
    "History Horror Music Musical Mystery Romance Sci-Fi Sport Thriller War Western".split()
)
LIST_COLUMNS = ("genres", "directors", "writers", "cast")

WELL_KNOWN = {
    "tt0012349": ("The Kid", 1921, "Charles Chaplin"),
    "tt0017136": ("Metropolis", 1927, "Fritz Lang"),
    "tt0022100": ("M", 1931, "Fritz Lang"),
    "tt0031381": ("Gone with the Wind", 1939, "Victor Fleming"),
    "tt0032138": ("The Wizard of Oz", 1939, "Victor Fleming"),
    "tt0033467": ("Citizen Kane", 1941, "Orson Welles"),
    "tt0034583": ("Casablanca", 1942, "Michael Curtiz"),
    "tt0038650": ("It's a Wonderful Life", 1946, "Frank Capra"),
    "tt0040522": ("Bicycle Thieves", 1948, "Vittorio De Sica"),
    "tt0042876": ("Rashomon", 1950, "Akira Kurosawa"),
    "tt0045152": ("Singin' in the Rain", 1952, "Stanley Donen"),
    "tt0046438": ("Tokyo Story", 1953, "Yasujirō Ozu"),
    "tt0047396": ("Rear Window", 1954, "Alfred Hitchcock"),
    "tt0047478": ("Seven Samurai", 1954, "Akira Kurosawa"),
    "tt0050083": ("12 Angry Men", 1957, "Sidney Lumet"),
    "tt0050976": ("The Seventh Seal", 1957, "Ingmar Bergman"),
    "tt0052357": ("Vertigo", 1958, "Alfred Hitchcock"),
    "tt0053291": ("Some Like It Hot", 1959, "Billy Wilder"),
    "tt0054215": ("Psycho", 1960, "Alfred Hitchcock"),
    "tt0056801": ("8½", 1963, "Federico Fellini"),
    "tt0056172": ("Lawrence of Arabia", 1962, "David Lean"),
    "tt0060196": ("The Good, the Bad and the Ugly", 1966, "Sergio Leone"),
    "tt0062622": ("2001: A Space Odyssey", 1968, "Stanley Kubrick"),
    "tt0064116": ("Once Upon a Time in the West", 1968, "Sergio Leone"),
    "tt0068646": ("The Godfather", 1972, "Francis Ford Coppola"),
    "tt0071853": ("Monty Python and the Holy Grail", 1975, "Terry Gilliam"),
    "tt0073195": ("Jaws", 1975, "Steven Spielberg"),
    "tt0075314": ("Taxi Driver", 1976, "Martin Scorsese"),
    "tt0075686": ("Annie Hall", 1977, "Woody Allen"),
    "tt0076759": ("Star Wars", 1977, "George Lucas"),
    "tt0078748": ("Alien", 1979, "Ridley Scott"),
    "tt0078788": ("Apocalypse Now", 1979, "Francis Ford Coppola"),
    "tt0079944": ("Stalker", 1979, "Andrei Tarkovsky"),
    "tt0080684": ("Star Wars: Episode V - The Empire Strikes Back", 1980, "Irvin Kershner"),
    "tt0081505": ("The Shining", 1980, "Stanley Kubrick"),
    "tt0082096": ("Das Boot", 1981, "Wolfgang Petersen"),
    "tt0083658": ("Blade Runner", 1982, "Ridley Scott"),
    "tt0088763": ("Back to the Future", 1985, "Robert Zemeckis"),
    "tt0095016": ("Die Hard", 1988, "John McTiernan"),
    "tt0095765": ("Cinema Paradiso", 1988, "Giuseppe Tornatore"),
    "tt0096283": ("My Neighbor Totoro", 1988, "Hayao Miyazaki"),
    "tt0097165": ("Dead Poets Society", 1989, "Peter Weir"),
    "tt0099685": ("Goodfellas", 1990, "Martin Scorsese"),
    "tt0102926": ("The Silence of the Lambs", 1991, "Jonathan Demme"),
    "tt0107290": ("Jurassic Park", 1993, "Steven Spielberg"),
    "tt0110912": ("Pulp Fiction", 1994, "Quentin Tarantino"),
    "tt0111161": ("The Shawshank Redemption", 1994, "Frank Darabont"),
    "tt0113277": ("Heat", 1995, "Michael Mann"),
    "tt0114369": ("Se7en", 1995, "David Fincher"),
    "tt0116282": ("Fargo", 1996, "Joel Coen"),
    "tt0120338": ("Titanic", 1997, "James Cameron"),
    "tt0133093": ("The Matrix", 1999, "Lana Wachowski"),
    "tt0118694": ("In the Mood for Love", 2000, "Kar-Wai Wong"),
    "tt0120737": ("The Lord of the Rings: The Fellowship of the Ring", 2001, "Peter Jackson"),
    "tt0166924": ("Mulholland Drive", 2001, "David Lynch"),
    "tt0211915": ("Amélie", 2001, "Jean-Pierre Jeunet"),
    "tt0245429": ("Spirited Away", 2001, "Hayao Miyazaki"),
    "tt0317248": ("City of God", 2002, "Fernando Meirelles"),
    "tt0364569": ("Oldboy", 2003, "Park Chan-wook"),
    "tt0405094": ("The Lives of Others", 2006, "Florian Henckel von Donnersmarck"),
    "tt0468569": ("The Dark Knight", 2008, "Christopher Nolan"),
    "tt1375666": ("Inception", 2010, "Christopher Nolan"),
    "tt1392190": ("Mad Max: Fury Road", 2015, "George Miller"),
    "tt4975722": ("Moonlight", 2016, "Barry Jenkins"),
    "tt5052448": ("Get Out", 2017, "Jordan Peele"),
    "tt6751668": ("Parasite", 2019, "Bong Joon Ho"),
    "tt8613070": ("Portrait of a Lady on Fire", 2019, "Céline Sciamma"),
    "tt1517268": ("Barbie", 2023, "Greta Gerwig"),
    "tt15239678": ("Dune: Part Two", 2024, "Denis Villeneuve"),
    "tt15398776": ("Oppenheimer", 2023, "Christopher Nolan"),
}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_bundled_file_is_small_and_holds_8_000_to_10_000_films(rows: list[dict[str, str]]) -> None:
    assert FILE.stat().st_size <= 1_500_000
    assert 8_000 <= len(rows) <= 10_000


def faults(row: dict[str, str]) -> list[str]:
    lists = {name: row[name].split("|") if row[name] else [] for name in LIST_COLUMNS}
    checks = {
        "id": re.fullmatch(r"tt\d{7,8}", row["tconst"]),
        "titles": row["primaryTitle"].strip() and row["originalTitle"].strip(),
        "year": 1900 <= int(row["startYear"]) <= 2026,
        "runtime": 40 <= int(row["runtimeMinutes"]) <= 480,
        "rating": 1 <= float(row["averageRating"]) <= 10,
        "votes": int(row["numVotes"]) >= 2_000,
        "genres": 1 <= len(lists["genres"]) <= 3 and set(lists["genres"]) <= GENRES,
        "genre order": lists["genres"] == sorted(lists["genres"]),
        "directors": len(lists["directors"]) >= 1,
        "cast": 3 <= len(lists["cast"]) <= 10,
        "twice in a list": all(len(set(names)) == len(names) for names in lists.values()),
        "blank name": all(name == name.strip() != "" for names in lists.values() for name in names),
        "control characters": "".join(row.values()).isprintable(),
    }
    return [name for name, good in checks.items() if not good]


def test_every_bundled_row_is_valid(rows: list[dict[str, str]]) -> None:
    assert {row["tconst"]: faults(row) for row in rows if faults(row)} == {}


def test_no_bundled_film_is_duplicated(rows: list[dict[str, str]]) -> None:
    assert len({row["tconst"] for row in rows}) == len(rows)
    titles = {(row["primaryTitle"].casefold(), row["startYear"]) for row in rows}
    assert len(titles) == len(rows)


def test_well_known_films_have_the_right_year_and_director(rows: list[dict[str, str]]) -> None:
    by_id = {row["tconst"]: row for row in rows}
    assert len(WELL_KNOWN) >= 60
    wrong = {
        tconst: by_id.get(tconst)
        for tconst, (title, year, director) in WELL_KNOWN.items()
        if tconst not in by_id
        or by_id[tconst]["primaryTitle"] != title
        or by_id[tconst]["startYear"] != str(year)
        or director not in by_id[tconst]["directors"].split("|")
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("director", "fewest"),
    [
        ("Sergio Leone", 7),
        ("Hayao Miyazaki", 11),
        ("Alfred Hitchcock", 45),
        ("Akira Kurosawa", 25),
        ("Stanley Kubrick", 13),
        ("Christopher Nolan", 12),
    ],
)
def test_works_of_great_directors_are_bundled(
    rows: list[dict[str, str]], director: str, fewest: int
) -> None:
    assert sum(director in row["directors"].split("|") for row in rows) >= fewest


def test_recent_years_have_films(rows: list[dict[str, str]]) -> None:
    years = [int(row["startYear"]) for row in rows]
    assert all(years.count(year) >= 100 for year in (2023, 2024, 2025))


def test_series_and_compilations_are_left_out(rows: list[dict[str, str]]) -> None:
    band_of_brothers, planet_earth, godfather_trilogy = "tt0185906", "tt0795176", "tt0150742"
    ids = {row["tconst"] for row in rows}
    assert not ids & {band_of_brothers, planet_earth, godfather_trilogy}
