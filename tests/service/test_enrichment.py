"""Posters and overviews for the pages: from the cache at once, from TMDb when it has answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.service.enrichment import Enrichments
from recommender.settings import load_settings
from recommender.tmdb import Basics, Cache

HEAT = Basics(tmdb_id=949, poster_path="/heat.jpg", backdrop_path="/wide.jpg", overview="Cops.")


@pytest.fixture
def without_key(tmp_path: Path) -> Iterator[Enrichments]:
    settings = load_settings({"MARQUEE_DATA_DIR": str(tmp_path)})
    cache = Cache(settings.tmdb_db, language="en-US", region="US")
    cache.save("tt0113277", HEAT)
    cache.save("tt0000001", None)
    cache.close()
    enrichments = Enrichments(settings)
    yield enrichments
    enrichments.close()


def test_what_is_kept_is_shown_without_a_key(without_key: Enrichments) -> None:
    found = without_key.find(["tt0113277", "tt0000001", "tt9999999"])
    assert set(found) == {"tt0113277"}
    heat = found["tt0113277"]
    assert (heat.tmdb_id, heat.overview) == (949, "Cops.")
    assert heat.poster_url("w342") == "https://image.tmdb.org/t/p/w342/heat.jpg"
    assert heat.poster_url() == "https://image.tmdb.org/t/p/w500/heat.jpg"
    assert heat.backdrop_url() == "https://image.tmdb.org/t/p/w1280/wide.jpg"
    assert without_key.fetch(["tt0113277"], wait_s=1.0) == found
