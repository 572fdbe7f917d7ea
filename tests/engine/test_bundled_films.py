"""What a film lover would check by hand, on the bundled catalogue with the shipped weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.engine import Dials, Model, explain_film, load_model, recommend, save_model
from recommender.entities import Profile, Recommendation

GHIBLI, LEONE = ("tt0245429", "tt0096283"), ("tt0060196", "tt0064116")
HITCHCOCK = ("tt0052357", "tt0047396")


def titles(films: pd.DataFrame, picks: list[Recommendation]) -> list[str]:
    named = films.set_index("tconst")["primaryTitle"].to_dict()
    return [str(named[pick.tconst]) for pick in picks]


def test_star_wars_brings_star_wars_and_then_more_than_star_wars(
    films: pd.DataFrame, bundled: Model
) -> None:
    picks = recommend(bundled, Profile(likes=("tt0076759", "tt0080684")), top_n=20)
    shown = titles(films, picks)
    assert all("Star Wars" in title for title in shown[:2])
    assert sum("Star Wars" in title for title in shown) == 2
    assert picks[0].because.startswith("The same series as Star Wars")


@pytest.mark.parametrize(("diversity", "least"), [(0.5, 2), (1.0, 4)])
def test_three_tastes_survive_beside_each_other(
    films: pd.DataFrame, bundled: Model, diversity: float, least: int
) -> None:
    profile = Profile(likes=(*GHIBLI, *LEONE, *HITCHCOCK))
    picks = recommend(bundled, profile, top_n=20, dials=Dials(diversity=diversity))
    facts = films.set_index("tconst").loc[[pick.tconst for pick in picks]]
    tastes = (
        facts["genres"].str.contains("Animation"),
        facts["genres"].str.contains("Western"),
        facts["directors"].str.contains("Alfred Hitchcock"),
    )
    for taste in tastes:
        assert taste.iloc[:10].any()
        assert taste.sum() >= least


@pytest.mark.parametrize(
    ("likes", "word", "least"),
    [
        (("tt0036775", "tt0033870", "tt0038355"), "Film-Noir", 8),
        (("tt0078748", "tt0084787", "tt0081505"), "Horror", 8),
        (("tt0098635", "tt0108160", "tt0125439"), "Romance", 12),
    ],
)
def test_a_single_taste_fills_its_list(
    films: pd.DataFrame, bundled: Model, likes: tuple[str, ...], word: str, least: int
) -> None:
    picks = recommend(bundled, Profile(likes=likes), top_n=20)
    genres = films.set_index("tconst").loc[[pick.tconst for pick in picks], "genres"]
    assert genres.str.contains(word).sum() >= least


def test_match_spreads_and_hardly_ever_reaches_the_top(bundled: Model) -> None:
    likes = ("tt0113277", "tt0114369", "tt0110912", "tt0102926", "tt0068646")
    shown = [pick.match_percent for pick in recommend(bundled, Profile(likes=likes))]
    assert max(shown) - min(shown) >= 10
    assert sum(match == 99 for match in shown) <= 2


def test_the_bundled_model_saves_and_loads_the_same(bundled: Model, tmp_path: Path) -> None:
    save_model(bundled, tmp_path)
    profile = Profile(likes=GHIBLI)
    assert recommend(load_model(tmp_path), profile) == recommend(bundled, profile)


def test_what_random_profiles_are_told_is_true_of_the_films(
    films: pd.DataFrame, bundled: Model
) -> None:
    columns = {"director": "directors", "writer": "writers", "cast": "cast", "genre": "genres"}
    facts = {
        row["tconst"]: {term: set(row[column].split("|")) for term, column in columns.items()}
        for row in films.to_dict("records")
    }
    rng = np.random.default_rng(7)
    checked = 0
    for _ in range(30):
        chosen = rng.choice(bundled.n_films, int(rng.integers(1, 9)), replace=False)
        likes = tuple(bundled.tconst(int(row)) for row in chosen)
        for pick in recommend(bundled, Profile(likes=likes), top_n=10):
            assert "  " not in pick.because
            assert len(pick.because) <= 90
            for reason in pick.reasons:
                if reason.term in columns and reason.text:
                    checked += 1
                    assert set(reason.shared) <= facts[pick.tconst][reason.term]
                    assert set(reason.shared) <= facts[reason.liked[0]][reason.term]
                    assert reason.shared[0] in reason.text
    assert checked > 300


def test_a_remake_of_the_same_name_is_not_called_a_sequel(bundled: Model) -> None:
    first, later, sequel = "tt0077651", "tt1502407", "tt0082495"
    because = explain_film(bundled, Profile(likes=(first,)), later).because
    assert because == "Another Halloween, beside the one you liked"
    because = explain_film(bundled, Profile(likes=(first,)), sequel).because
    assert because == "The same series as Halloween, which you liked"


def test_long_titles_are_cut_behind_a_word_and_the_like_is_still_named(bundled: Model) -> None:
    jesse_james, killing_them_softly = "tt0443680", "tt1764234"
    because = explain_film(bundled, Profile(likes=(jesse_james,)), killing_them_softly).because
    assert because == "Directed by Andrew Dominik, like The Assassination of Jesse James by the…"
