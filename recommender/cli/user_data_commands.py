"""Commands of user data: ``backup``, ``restore``, ``community`` and ``import-ratings``."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

from recommender.cli.inputs import FileRefused, read_movielens
from recommender.cli.output import count_of, draw_progress
from recommender.settings import load_settings
from recommender.users import People, back_up, find_latest_copy
from recommender.users import restore as restore_copy

_LINK_COLUMNS = ("movieId", "imdbId")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(*, file: Path) -> None:
    """Copy user data (accounts, likes, watchlists) to FILE and check the copy.

    The app may keep running. An existing FILE is replaced once the new copy is checked.
    """
    settings = load_settings()
    with draw_progress() as report:
        size = back_up(
            settings.people_db, file, progress=lambda share: report(share, "Copying user data")
        )
    click.echo(f"Saved and checked: {file} ({size / 1024:,.0f} KB)")


@click.command("restore")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def restore(*, file: Path | None, yes: bool) -> None:
    """Restore user data from FILE, by default from the latest daily backup.

    The current data is kept in a file beside it. The app may keep running.
    """
    settings = load_settings()
    source = file or find_latest_copy(settings.backup_dir)
    if source is None:
        raise FileRefused(f"There is no valid daily backup in {settings.backup_dir}.")
    if not yes:
        click.confirm(f"Replace user data with {source}?", abort=True)
    aside = restore_copy(source, settings.people_db, now=datetime.now().astimezone())
    People(settings.people_db).close()  # migrates an older copy
    click.echo(f"Restored from {source}.")
    if aside is not None:
        click.echo(f"Previous data: {aside}")


@click.command("community")
def community() -> None:
    """Fit the model with the likes of all users, if there are enough.

    The likes come from users of the app and from imported ratings. A running app loads the new
    model automatically. It also repeats this update once a day.
    """
    _learn()


@click.command("import-ratings")
@click.argument("ratings", type=_FILE)
@click.option("--links", type=_FILE, required=True, metavar="FILE",
              help="MovieLens links: movieId, imdbId.")  # fmt: skip
def import_ratings(*, ratings: Path, links: Path) -> None:
    """Import RATINGS (a CSV with userId, movieId, rating) and use them as `community` does.

    Ratings of at least 4 are likes. They replace earlier imported ratings and are stored
    separately from user data.
    """
    # The service takes 1 s to import, and a backup does not need it.
    from recommender.service import import_ratings as store_ratings  # noqa: PLC0415

    rated = read_movielens(ratings, ("userId", "movieId", "rating"))
    kept = store_ratings(load_settings(), rated, read_movielens(links, _LINK_COLUMNS))
    click.echo(f"Kept {count_of(kept, 'like')}.")
    _learn()


def _learn() -> None:
    # The service takes 1 s to import, and a backup does not need it.
    from recommender.cli.open_app import open_app  # noqa: PLC0415
    from recommender.service import learn_community  # noqa: PLC0415

    with open_app() as app, closing(People(app.settings.people_db)) as people:
        found = learn_community(people, app.model, app.settings)
    click.echo(f"{count_of(found.likes, 'like')} of {count_of(found.people, 'person', 'people')}.")
    if found.joined:
        click.echo("They are used in the ranking now.")
    else:
        click.echo(
            f"That is too few to help: {found.enough_people} people with at least five likes are "
            "needed. The ranking is unchanged."
        )
