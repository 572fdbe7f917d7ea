"""``train``: learn the ranking's weights from ratings."""

from __future__ import annotations

from pathlib import Path

import click

from recommender.cli.files import FileRefused
from recommender.cli.progress import draw_progress
from recommender.cli.tables import read_csv, read_films
from recommender.engine.evaluation import RatingsError, evaluate, train
from recommender.settings import load_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MEASURES = ("ndcg@10", "recall@20", "tail recall@20", "coverage")
_PROTOCOL = (
    "likes are ratings of 4 and more, of people with 10 and more of them; the profile is the "
    "latest 15 before the latest fifth, which is to be found; three folds of people, none asked "
    "of weights that saw them"
)


@click.command("train")
@click.option("--ratings", type=_FILE, required=True, metavar="FILE",
              help="Ratings as of MovieLens: userId, movieId, rating, timestamp.")  # fmt: skip
@click.option("--links", type=_FILE, required=True, metavar="FILE",
              help="Links as of MovieLens: movieId, imdbId.")  # fmt: skip
@click.option("--catalogue", type=_FILE, metavar="FILE",
              help="Films to learn on: a file of the bundled columns; "
              "the catalogue when not given.")  # fmt: skip
@click.option("--data-name", default="", metavar="TEXT",
              help="What the ratings are called and whom to cite.")  # fmt: skip
@click.option("--data-terms", default="", metavar="TEXT",
              help="On which terms they, and weights learned from them, may be used.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True,
              help="Of folds and sampling.")  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              metavar="FOLDER", help="Where weights.json and embedding.npz go; "
              "recommender/engine to ship them.")  # fmt: skip
def command(
    *,
    ratings: Path,
    links: Path,
    catalogue: Path | None,
    data_name: str,
    data_terms: str,
    seed: int,
    out: Path,
) -> None:
    """Learn the ranking's weights from ratings, and calibrate the match on people held out.

    The weights that come out are measured as `evaluate` does and carry date, data, protocol and
    scores with them.
    """
    films, credits = read_films(catalogue, load_settings())
    tables = read_csv(ratings), read_csv(links)
    try:
        with draw_progress() as tell:
            measured = evaluate(
                films, credits, *tables, systems=["marquee"], reference="marquee", seed=seed,
                progress=lambda part, what: tell(part * 0.5, what),
            )  # fmt: skip
            scores = measured.table.loc["marquee", list(_MEASURES)].astype(float).round(4)
            source = {
                "data": data_name,
                "terms": data_terms,
                "protocol": _PROTOCOL,
                "scores": scores.to_dict(),
            }
            trained = train(
                films, credits, *tables, source=source, seed=seed,
                progress=lambda part, what: tell(0.5 + part * 0.5, what),
            )  # fmt: skip
    except RatingsError as error:
        raise FileRefused(str(error)) from error
    trained.save(out)
    click.echo(trained.reliability.round(1).to_string(index=False))
    for name, value in scores.items():
        click.echo(f"{name}: {value:.4f}")
    click.echo(f"Saved: {out / 'weights.json'} and embedding.npz")
