"""``restore``: people's data from a copy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from recommender.cli.files import FileRefused
from recommender.settings import load_settings
from recommender.users import People, find_latest_copy, restore


@click.command("restore")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(*, file: Path | None, yes: bool) -> None:
    """Put people's data back from FILE, or from the latest daily copy when none is named.

    What is there now is set aside beside it, never deleted. The app may run meanwhile.
    """
    settings = load_settings()
    backup = file or find_latest_copy(settings.backup_dir)
    if backup is None:
        raise FileRefused(f"There is no sound daily copy in {settings.backup_dir}.")
    if not yes:
        click.confirm(f"Replace people's data by {backup}?", abort=True)
    aside = restore(backup, settings.people_db, now=datetime.now().astimezone())
    People(settings.people_db).close()  # brings an older copy up to date
    click.echo(f"Restored from {backup}.")
    if aside is not None:
        click.echo(f"What was there before: {aside}")
