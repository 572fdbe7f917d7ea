"""``import-ratings``: community ratings as one more voice in the ranking."""

from __future__ import annotations

from pathlib import Path

import click

from recommender.cli.community_command import echo_community
from recommender.cli.readying import open_marquee
from recommender.cli.tables import read_csv
from recommender.service import import_ratings, learn_community

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-ratings")
@click.argument("ratings", type=_FILE)
@click.option("--links", type=_FILE, required=True, metavar="FILE",
              help="Links as of MovieLens: movieId, imdbId.")  # fmt: skip
def command(*, ratings: Path, links: Path) -> None:
    """Bring community RATINGS in (a CSV with userId, movieId, rating) and learn from them.

    Ratings of 4 and more count as likes. They take the place of what was imported before, are
    kept apart from people's data, and are used as `community` says.
    """
    tables = read_csv(ratings), read_csv(links)
    with open_marquee() as marquee:
        kept = import_ratings(marquee.settings, *tables)
        click.echo(f"Kept {kept:,} likes.")
        echo_community(learn_community(marquee.people, marquee.model, marquee.settings))
