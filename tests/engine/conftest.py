"""A tiny world with obvious answers: three tastes, one series, two strangers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from recommender.engine import Model, fit_model, load_model

BUNDLED = Path(__file__).resolve().parents[2] / "data" / "films.csv.gz"

# fmt: off
FILMS = [
    # tconst, title, year, genres, rating, votes, director, cast
    ("tt0000001", "Heat", 1995, "Action|Crime|Drama", 8.3, 700_000, "Mann", "Pacino|De Niro"),
    ("tt0000002", "Collateral", 2004, "Action|Crime|Drama", 7.5, 430_000, "Mann", "Cruise|Foxx"),
    ("tt0000003", "Thief", 1981, "Action|Crime|Drama", 7.4, 35_000, "Mann", "Caan|Weld"),
    ("tt0000004", "Spirited Away", 2001, "Animation|Family", 8.6, 850_000, "Miyazaki", "Hiiragi"),
    ("tt0000005", "Ponyo", 2008, "Animation|Family", 7.6, 160_000, "Miyazaki", "Nara|Doi"),
    ("tt0000006", "Totoro", 1988, "Animation|Family", 8.1, 380_000, "Miyazaki", "Hidaka"),
    ("tt0000007", "The Good One", 1966, "Western", 8.8, 800_000, "Leone", "Eastwood|Wallach"),
    ("tt0000008", "A Fistful", 1964, "Western", 7.9, 230_000, "Leone", "Eastwood|Volonte"),
    ("tt0000009", "Star Saga", 1977, "Adventure|Sci-Fi", 8.6, 1_400_000, "Lucas", "Hamill|Ford"),
    ("tt0000010", "Star Saga II", 1980, "Adventure|Sci-Fi", 8.7, 1_300_000, "Kersh", "Hamill|Ford"),
    ("tt0000011", "Star Saga III", 1983, "Adventure|Sci-Fi", 8.3, 1_100_000, "Marq", "Hamill|Ford"),
    ("tt0000012", "Star Saga IV", 1999, "Adventure|Sci-Fi", 6.5, 800_000, "Lucas", "Hamill|Neeson"),
    ("tt0000013", "Big Hit", 2023, "Comedy", 7.0, 2_000_000, "Moore", "Stone"),
    ("tt0000014", "Quiet Film", 2022, "Drama", 7.9, 3_000, "Reed", "Ward"),
]
# fmt: on


Row = tuple[str, str, int, str, float, int, str, str]
Tables = tuple[pd.DataFrame, pd.DataFrame]


def build_world(rows: Sequence[Row]) -> Tables:
    """Return films and credits as the catalogue hands them over; directors write too."""
    names = ["tconst", "primaryTitle", "startYear", "genres", "averageRating", "numVotes"]
    films = pd.DataFrame([row[:6] for row in rows], columns=names)
    films["originalTitle"] = films["primaryTitle"]
    films["runtimeMinutes"] = 100
    credited = [
        (row[0], f"nm_{name}", name, kind, place)
        for row in rows
        for kind, people in (("director", row[6]), ("writer", row[6]), ("cast", row[7]))
        for place, name in enumerate(filter(None, people.split("|")), start=1)
    ]
    columns = ["tconst", "person_id", "name", "category", "ordering"]
    return films, pd.DataFrame(credited, columns=columns)


@pytest.fixture(scope="session")
def make_world() -> Callable[[Sequence[Row]], Tables]:
    return build_world


@pytest.fixture(scope="session")
def tables() -> Tables:
    return build_world(FILMS)


@pytest.fixture(scope="session")
def model(tables: Tables) -> Model:
    return fit_model(*tables, fingerprint="tiny")


@pytest.fixture(scope="session")
def films() -> pd.DataFrame:
    return pd.read_csv(BUNDLED, keep_default_na=False)


@pytest.fixture(scope="session")
def bundled(data_dir: Path) -> Model:
    """Return the model of the bundled catalogue as Marquee itself fits it."""
    return load_model(data_dir / "model")
