"""Text of reasons in small catalogues: each like named shares the features named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from recommender.engine import Model, explain_film, fit_model, reason_text, recommend
from recommender.entities import Profile
from tests.engine.conftest import FILMS, Row, Tables

HEAT, COLLATERAL, THIEF, TOTORO = "tt0000001", "tt0000002", "tt0000003", "tt0000006"
SPIRITED, PONYO = "tt0000004", "tt0000005"
# fmt: off
MORE: list[Row] = [
    ("tt0000021", "Ali", 2001, "Biography|Sport", 7.0, 100_000, "Mann", "Smith"),
    ("tt0000022", "Vice", 2006, "Action|Crime|Drama", 6.1, 130_000, "Mann", "Foxx|Farrell"),
    ("tt0000023", "Ray", 2004, "Biography|Music", 7.7, 160_000, "Hackford", "Foxx"),
    ("tt0000024", "Castle", 1986, "Animation|Family", 8.0, 190_000, "Miyazaki", "Tanaka"),
]
# fmt: on
ALI, VICE, RAY, CASTLE = (row[0] for row in MORE)


@pytest.fixture(scope="module")
def world(make_world: Callable[[Sequence[Row]], Tables]) -> Model:
    return fit_model(*make_world([*FILMS, *MORE]), fingerprint="reasons")


def explain(world: Model, likes: Sequence[str], tconst: str) -> tuple[str, ...]:
    return explain_film(world, Profile(likes=tuple(likes)), tconst).sentences


def test_likes_that_share_a_director_and_a_kind_are_named_together(world: Model) -> None:
    first = explain(world, (HEAT, COLLATERAL), THIEF)[0]
    assert first.startswith("Because you liked ")
    assert first.endswith(": both directed by Mann, action crime dramas")
    assert "Heat" in first
    assert "Collateral" in first


def test_a_kind_that_some_likes_lack_is_left_out(world: Model) -> None:
    first = explain(world, (ALI, HEAT), THIEF)[0]
    assert "Ali" in first
    assert first.endswith("both directed by Mann")
    assert explain(world, (HEAT,), THIEF)[0].endswith("directed by Mann, both action crime dramas")


def test_many_likes_are_counted(world: Model) -> None:
    likes = (SPIRITED, PONYO, CASTLE, HEAT)
    first = explain(world, likes, TOTORO)[0]
    assert "and 1 more: all directed by Miyazaki" in first
    card = explain_film(world, Profile(likes=likes), TOTORO).because
    assert card == first or "more: all directed by Miyazaki" in card


def test_a_like_without_the_shared_name_is_not_named(world: Model) -> None:
    # Ray shares an actor with Vice and not the director; Heat the other way round.
    for sentence in explain(world, (HEAT, RAY), VICE):
        if "directed by Mann" in sentence:
            assert "Ray" not in sentence
        if "with Foxx" in sentence:
            assert "Heat" not in sentence


def test_nobody_is_named_twice_and_the_card_is_the_first_sentence_or_shorter(world: Model) -> None:
    pick = explain_film(world, Profile(likes=(HEAT, COLLATERAL)), VICE)
    assert len(pick.because) <= reason_text.CARD_LENGTH
    assert sum("Mann" in sentence for sentence in pick.sentences) == 1
    assert len(set(pick.sentences)) == len(pick.sentences) <= 3


@pytest.mark.parametrize(
    ("genres", "kind"),
    [
        (("Crime", "Drama"), "crime dramas"),
        (("Comedy", "Romance"), "romantic comedies"),
        (("Adventure", "Sci-Fi"), "science fiction adventures"),
        (("Crime", "Drama", "Thriller"), "crime thrillers"),
        (("Action", "Animation", "Family"), "animated action films"),
        (("Crime", "Film-Noir"), "films noir"),
        (("Horror",), "horror films"),
        (("Drama",), "dramas"),
    ],
)
def test_kinds_are_said_as_people_say_them(genres: tuple[str, ...], kind: str) -> None:
    assert reason_text.describe_kind(genres) == kind


@pytest.mark.parametrize("likes", [(HEAT,), (HEAT, RAY), (SPIRITED, PONYO, CASTLE, HEAT), ()])
def test_without_reasons_a_recommendation_keeps_its_card_sentence(
    world: Model, likes: tuple[str, ...]
) -> None:
    profile = Profile(likes=likes, less=(ALI,))
    whole = recommend(world, profile, top_n=9)
    brief = recommend(world, profile, top_n=9, with_reasons=False)
    assert brief == [replace(pick, reasons=(), sentences=()) for pick in whole]
    assert len(brief) >= 5
