"""``backup``: a checked copy of people's data."""

from __future__ import annotations

from pathlib import Path

import click

from recommender.cli.progress import draw_progress
from recommender.settings import load_settings
from recommender.users import back_up


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(*, file: Path) -> None:
    """Copy people's data (accounts, likes, watchlists) to FILE and check the copy.

    The app may run meanwhile. A FILE that is there is replaced once the new copy is sound.
    """
    settings = load_settings()
    with draw_progress() as tell:
        size = back_up(
            settings.people_db, file, progress=lambda part: tell(part, "Copying people's data")
        )
    click.echo(f"Saved and checked: {file} ({size / 1024:,.0f} KB)")
