"""What can be set, what cannot, and that a secret is shown nowhere."""

from __future__ import annotations

import copy
import pickle

import pytest

from recommender.errors import SettingsError
from recommender.settings import Secret, Settings, load_settings

CANARY = "c4nary" * 5


def test_nothing_needs_to_be_set() -> None:
    assert load_settings({}) == Settings()
    assert not load_settings({}).tmdb_api_key


def test_a_secret_is_revealed_only_when_asked_to() -> None:
    settings = load_settings({"TMDB_API_KEY": f" {CANARY} "})
    assert settings.tmdb_api_key.reveal() == CANARY
    key = settings.tmdb_api_key
    for shown in (repr(settings), str(settings), f"{key}", f"{key!r}", "%s" % key, str([key])):  # noqa: UP031
        assert CANARY not in shown
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(settings)


def test_the_environment_goes_before_the_secrets_even_when_empty() -> None:
    secrets = {"TMDB_API_KEY": "from secrets", "TMDB_REGION": "DE"}
    assert load_settings({}, secrets=secrets).tmdb_api_key.reveal() == "from secrets"
    assert not load_settings({"TMDB_API_KEY": ""}, secrets=secrets).tmdb_api_key
    mixed = load_settings({"TMDB_API_KEY": "x", "TMDB_LANGUAGE": "de-DE"}, secrets=secrets)
    assert (mixed.tmdb_api_key, mixed.tmdb_region) == (Secret("x"), "DE")


def test_an_address_without_a_path_gets_tmdbs_own() -> None:
    env = {"TMDB_API_URL": "http://127.0.0.1:81/", "TMDB_IMAGE_URL": "https://img.example.org"}
    settings = load_settings(env)
    assert settings.tmdb_api_url == "http://127.0.0.1:81/3"
    assert settings.tmdb_image_url == "https://img.example.org/t/p"
    assert settings.image_host == "https://img.example.org"
    given = load_settings({"TMDB_API_URL": "https://x.org/tmdb/3", "TMDB_IMAGE_PROXY": "yes"})
    assert given.tmdb_api_url == "https://x.org/tmdb/3"
    assert given.image_host == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TMDB_API_URL", "ftp://x.org"),
        ("TMDB_API_URL", f"https://me:{CANARY}" + "@x.org"),
        ("TMDB_API_URL", "https://x.org/3?a=b"),
        ("TMDB_API_URL", "https://x.org:99999"),
        ("TMDB_IMAGE_URL", "https://x.org; script-src *"),
        ("TMDB_IMAGE_URL", "https://*"),
        ("TMDB_IMAGE_URL", "//x.org"),
        ("TMDB_LANGUAGE", "english"),
        ("TMDB_REGION", "us"),
        ("TMDB_BUDGET_S", "soon"),
        ("TMDB_BUDGET_S", "-1"),
        ("TMDB_BUDGET_S", "nan"),
        ("TMDB_IMAGE_PROXY", "maybe"),
        ("MARQUEE_PROFILE_SIZE", "0"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as refused:
        load_settings({name: value})
    assert CANARY not in str(refused.value)


def test_the_rate_of_the_api_is_a_number_of_its_own_size() -> None:
    assert load_settings({"MARQUEE_API_PER_MINUTE": "90000"}).api_per_minute == 90_000
    for wrong in ("0", "-1", "1_000", "٣٠٠", "1000001", "9" * 5000):
        with pytest.raises(SettingsError, match="MARQUEE_API_PER_MINUTE"):
            load_settings({"MARQUEE_API_PER_MINUTE": wrong})


@pytest.mark.parametrize(
    ("environ", "arguments", "wanted"),
    [
        ({}, [], False),
        ({}, ["--demo"], True),
        ({"MARQUEE_DEMO": "1"}, [], True),
        ({"MARQUEE_DEMO": "0"}, ["-x"], False),
    ],
)
def test_a_tour_is_offered_when_it_is_asked_for(
    environ: dict[str, str], arguments: list[str], wanted: bool
) -> None:
    assert load_settings(environ, arguments=arguments).demo is wanted
