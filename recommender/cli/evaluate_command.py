"""``evaluate``: how well rankers find what people went on to like."""

from __future__ import annotations

from pathlib import Path

import click

from recommender.cli.files import FileRefused
from recommender.cli.progress import draw_progress
from recommender.cli.tables import read_csv, read_films
from recommender.engine.evaluation import PROTOCOLS, SYSTEMS, RatingsError, evaluate
from recommender.settings import load_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("evaluate")
@click.option("--ratings", type=_FILE, required=True, metavar="FILE",
              help="Ratings as of MovieLens: userId, movieId, rating, timestamp.")  # fmt: skip
@click.option("--links", type=_FILE, required=True, metavar="FILE",
              help="Links as of MovieLens: movieId, imdbId.")  # fmt: skip
@click.option("--catalogue", type=_FILE, metavar="FILE",
              help="Films to choose from: a file of the bundled columns; "
              "the catalogue when not given.")  # fmt: skip
@click.option("--protocol", type=click.Choice(PROTOCOLS), default="folds",
              show_default=True, help="Three folds of people; of them, those who came back on "
              "a later day; or moments in time.")  # fmt: skip
@click.option("--nested", is_flag=True,
              help="Show Marquee also with settings chosen on inner folds of those it learns "
              "from; takes ten times as long.")  # fmt: skip
@click.option("--ranker", "rankers", multiple=True, type=click.Choice(list(SYSTEMS)),
              metavar="NAME", help="Evaluate only this one; may be repeated.")  # fmt: skip
@click.option("--reference", type=click.Choice(list(SYSTEMS)), default="seed-profile",
              show_default=True, metavar="NAME", help="Whom to take differences to.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True,
              help="Of folds, sampling and bootstrap.")  # fmt: skip
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Where the table goes as JSON; evaluation.json in the data folder "
              "when not given. How it works shows it.")  # fmt: skip
def command(
    *,
    ratings: Path,
    links: Path,
    catalogue: Path | None,
    protocol: str,
    nested: bool,
    rankers: tuple[str, ...],
    reference: str,
    seed: int,
    save: Path | None,
) -> None:
    """Measure how well rankers find what people went on to like.

    Likes are ratings of 4 and more, of people with at least ten of them. The latest fifth of
    them is to be found from the latest 15 of the rest, by rankers that never saw the person.
    """
    settings = load_settings()
    films, credits = read_films(catalogue, settings)
    try:
        with draw_progress() as tell:
            result = evaluate(
                films,
                credits,
                read_csv(ratings),
                read_csv(links),
                protocol=protocol,
                systems=rankers or None,
                nested=nested,
                reference=reference,
                seed=seed,
                progress=tell,
            )
    except RatingsError as error:
        raise FileRefused(str(error)) from error
    click.echo(result.text())
    target = save or settings.evaluation_file
    result.save(target)
    click.echo(f"\nSaved: {target}")
