"""Picture proxy: checked, size-limited and cached on disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.tmdb import Pictures
from recommender.tmdb.pictures import sniff_picture
from tests.tmdb.fake_tmdb import LONG_TIMEOUTS, FakeTmdb


@pytest.fixture
def pictures(fake: FakeTmdb, tmp_path: Path) -> Iterator[Pictures]:
    opened = Pictures(tmp_path / "pictures", base=fake.image_base, timeouts=LONG_TIMEOUTS)
    yield opened
    opened.close()


def test_fetched_picture_is_cached_on_disk(pictures: Pictures, fake: FakeTmdb) -> None:
    first = pictures.fetch("w92", "/tall1.jpg")
    assert first is not None
    assert first.media_type == "image/jpeg"
    assert pictures.fetch("w92", "/tall1.jpg") == first
    [asked] = fake.asked
    assert asked.path == "/t/p/w92/tall1.jpg"
    assert "authorization" not in asked.headers
    assert not asked.query
    pictures.purge()
    assert pictures.fetch("w92", "/tall1.jpg") == first
    assert len(fake.asked) == 2


@pytest.mark.parametrize("images", ["missing", "html", "oversized"])
def test_other_files_are_refused_and_not_fetched_again(
    pictures: Pictures, fake: FakeTmdb, tmp_path: Path, images: str
) -> None:
    fake.images = images
    assert pictures.fetch("w92", "/tall1.jpg") is None
    assert pictures.fetch("w92", "/tall1.jpg") is None
    assert len(fake.asked) == 1
    assert not list((tmp_path / "pictures").rglob("*.jpg"))


def test_damaged_picture_is_fetched_again(pictures: Pictures, tmp_path: Path) -> None:
    whole = pictures.fetch("w92", "/tall1.jpg")
    (tmp_path / "pictures" / "w92" / "tall1.jpg").write_bytes(b"<script>")
    assert pictures.fetch("w92", "/tall1.jpg") == whole


def test_least_recently_used_pictures_are_deleted(fake: FakeTmdb, tmp_path: Path) -> None:
    small = Pictures(
        tmp_path,
        base=fake.image_base,
        timeouts=LONG_TIMEOUTS,
        max_cache_bytes=9000,
        trim_every=3,
    )
    for number in range(30):
        assert small.fetch("w92", f"/tall{number}.jpg") is not None
        place = tmp_path / "w92" / f"tall{number}.jpg"
        os.utime(place, (number, number))
    kept = {int(path.stem[4:]) for path in tmp_path.rglob("*.jpg")}
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.jpg")) < 20_000
    assert kept
    assert min(kept) > 5
    assert not list(tmp_path.rglob("*.tmp"))
    small.close()


def test_unwritable_folder_still_returns_pictures(fake: FakeTmdb, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    pictures = Pictures(tmp_path / "file", base=fake.image_base, timeouts=LONG_TIMEOUTS)
    assert pictures.fetch("w92", "/tall1.jpg") is not None
    pictures.close()


@pytest.mark.parametrize("body", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"RIFFxxxxWAVE"])
def test_other_media_types_are_refused(body: bytes) -> None:
    assert sniff_picture(body) is None
