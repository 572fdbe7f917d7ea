"""The ``tmdb`` commands: warm, status and purge; the key is never printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from recommender.cli.tmdb_command import read_secrets_file
from recommender.errors import SettingsError
from recommender.tmdb.limiter import PROCESS_LIMITER
from tests.tmdb.fake_tmdb import FakeTmdb, serve_fake_tmdb

KEY = "eyJ" + "canary" * 6
Run = Callable[..., Result]


@pytest.fixture
def fake() -> Iterator[FakeTmdb]:
    PROCESS_LIMITER.resume()
    with serve_fake_tmdb() as running:
        yield running


@pytest.fixture
def tmdb(run: Run, own_dir: Path, fake: FakeTmdb) -> Run:
    def invoke(*args: str, **env: str) -> Result:
        given = {"TMDB_API_KEY": KEY, "TMDB_API_URL": fake.api, **env}
        result = run("tmdb", *args, folder=own_dir, **given)
        assert KEY not in result.output
        return result

    return invoke


def test_warm_fills_the_cache_and_the_second_run_sends_no_request(
    tmdb: Run, fake: FakeTmdb
) -> None:
    result = tmdb("warm", "--top", "12")
    assert result.exit_code == 0, result.output
    assert "12 of 12 films" in result.stdout
    assert len(fake.found()) == 12
    assert tmdb("warm", "--top", "12").exit_code == 0
    assert len(fake.found()) == 12
    status = tmdb("status")
    assert "TMDb: working." in status.stdout
    assert "12 films" in status.stdout
    assert tmdb("purge").exit_code == 0
    assert "Cached: 0 films" in tmdb("status").stdout


def test_missing_key_is_an_error_with_advice(tmdb: Run, fake: FakeTmdb) -> None:
    result = tmdb("warm", TMDB_API_KEY="")
    assert result.exit_code == 1
    assert "Set TMDB_API_KEY" in result.stderr
    assert "no key" in tmdb("status", TMDB_API_KEY="").stdout
    assert not fake.asked


def test_wrong_key_ends_warm_at_once(tmdb: Run, fake: FakeTmdb) -> None:
    fake.mode = "unauthorized"
    result = tmdb("warm", "--top", "500")
    assert result.exit_code == 1
    assert "does not know the key" in result.stderr
    assert len(fake.asked) <= 10
    assert "does not know the key" in tmdb("status").stdout


def test_secrets_file_is_read_without_its_sections(tmp_path: Path) -> None:
    assert read_secrets_file(tmp_path) == {}
    (tmp_path / ".streamlit").mkdir()
    file = tmp_path / ".streamlit" / "secrets.toml"
    file.write_text(f'TMDB_API_KEY = "{KEY}"\n[auth]\nclient = "x"\n')
    assert read_secrets_file(tmp_path) == {"TMDB_API_KEY": KEY}
    file.write_text(f"TMDB_API_KEY = {KEY}")
    with pytest.raises(SettingsError) as error:
        read_secrets_file(tmp_path)
    assert KEY not in str(error.value)


def test_purge_that_cannot_delete_is_an_error(tmdb: Run, own_dir: Path) -> None:
    (own_dir / "tmdb.db").mkdir()  # cannot be opened, by root neither
    result = tmdb("purge")
    assert result.exit_code == 1
    assert "tmdb.db cannot be emptied" in result.stderr
    assert result.stdout == ""
    (own_dir / "tmdb.db").rmdir()
    (own_dir / "pictures").touch()  # a file where the folder should be
    result = tmdb("purge")
    assert result.exit_code == 1
    assert "pictures cannot be deleted" in result.stderr


def test_purge_of_an_empty_or_damaged_cache_succeeds(tmdb: Run, own_dir: Path) -> None:
    assert tmdb("purge").exit_code == 0
    (own_dir / "tmdb.db").write_bytes(b"damaged" * 1000)
    assert tmdb("purge").exit_code == 0
    assert "Cached: 0 films" in tmdb("status").stdout
