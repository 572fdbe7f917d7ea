"""``backup`` and ``restore`` from the shell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from recommender.cli.program import main
from recommender.entities import InteractionKind
from recommender.users import People, new_token

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("MARQUEE_DATA_DIR", str(tmp_path))
    return lambda *arguments, **options: CliRunner().invoke(main, list(arguments), **options)


def test_backup_is_written_and_restored(run: Run, tmp_path: Path) -> None:
    token = new_token()
    with_people = People(tmp_path / "people.db")
    user = with_people.open_guest(token).user_id
    with_people.set_interaction(user, "tt0113277", InteractionKind.LIKE, on=True)
    copy = str(tmp_path / "copy.db")
    made = run("backup", copy)
    assert made.exit_code == 0, made.output
    assert "Saved and checked" in made.output
    with_people.clear_interactions(user)
    assert run("restore", copy, input="n\n").exit_code != 0
    assert with_people.list_interactions(user) == []
    done = run("restore", copy, "--yes")
    assert done.exit_code == 0, done.output
    assert [row.tconst for row in with_people.list_interactions(user)] == ["tt0113277"]
    with_people.close()


def test_missing_backup_is_an_error(run: Run, tmp_path: Path) -> None:
    assert "no valid daily backup" in run("restore", "--yes").output
    assert "nothing to copy" in run("backup", str(tmp_path / "copy.db")).output
