"""Commands for offline evaluation and training of the engine: ``evaluate`` and ``train``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pandas as pd

from recommender.catalogue import Catalogue, build_catalogue, ensure_catalogue
from recommender.cli.inputs import read_movielens, refuse_invalid_data
from recommender.cli.output import draw_progress
from recommender.engine.evaluation import PROTOCOLS, SYSTEMS
from recommender.engine.evaluation import evaluate as run_evaluation
from recommender.engine.evaluation import train as run_training
from recommender.settings import Settings, load_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_RATING_COLUMNS = ("userId", "movieId", "rating", "timestamp")
_LINK_COLUMNS = ("movieId", "imdbId")
_STORED_METRICS = ("ndcg@10", "recall@20", "tail recall@20", "coverage")
_PROTOCOL = (
    "likes are ratings of 4 and more, of people with at least 10 of them; targets are the latest "
    "fifth of the likes, the profile is the latest 15 before them; three-fold cross-validation "
    "over people"
)


_ratings = click.option(
    "--ratings", type=_FILE, required=True, metavar="FILE",
    help="MovieLens ratings: userId, movieId, rating, timestamp.",
)  # fmt: skip
_links = click.option(
    "--links", type=_FILE, required=True, metavar="FILE", help="MovieLens links: movieId, imdbId."
)
_catalogue = click.option(
    "--catalogue", type=_FILE, metavar="FILE",
    help="CSV of films with the bundled columns; by default the catalogue.",
)  # fmt: skip
_seed = click.option(
    "--seed", type=int, default=0, show_default=True, help="Random seed of folds and sampling."
)


@click.command("evaluate")
@_ratings
@_links
@_catalogue
@click.option("--protocol", type=click.Choice(PROTOCOLS), default="folds", show_default=True,
              help="Three folds of people; the same, tested on likes of a later day; or time "
              "cuts.")  # fmt: skip
@click.option("--nested", is_flag=True,
              help="Add Marquee tuned on inner folds of the training people; takes ten times as "
              "long.")  # fmt: skip
@click.option("--ranker", "rankers", multiple=True, type=click.Choice(list(SYSTEMS)),
              metavar="NAME", help="Evaluate only this system; may be repeated.")  # fmt: skip
@click.option("--reference", type=click.Choice(list(SYSTEMS)), default="seed-profile",
              show_default=True, metavar="NAME", help="System to compare with.")  # fmt: skip
@_seed
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Output as JSON; evaluation.json in the data folder by default, which How it "
              "works shows.")  # fmt: skip
def evaluate(
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
    """Measure how well recommender systems predict the later likes of MovieLens users.

    Likes are ratings of at least 4, from users with at least ten likes. A user's latest fifth of
    the likes are targets; the latest 15 of the rest are the profile. Test users are not in the
    training data.
    """
    settings = load_settings()
    with refuse_invalid_data(), draw_progress() as report:
        result = run_evaluation(
            *_read_films(catalogue, settings),
            read_movielens(ratings, _RATING_COLUMNS),
            read_movielens(links, _LINK_COLUMNS),
            protocol=protocol,
            systems=rankers or None,
            nested=nested,
            reference=reference,
            seed=seed,
            progress=report,
        )
    click.echo(result.text())
    target = save or settings.evaluation_file
    result.save(target)
    click.echo(f"\nSaved: {target}")


@click.command("train")
@_ratings
@_links
@_catalogue
@click.option("--data-name", default="", metavar="TEXT",
              help="Name and citation of the ratings.")  # fmt: skip
@click.option("--data-terms", default="", metavar="TEXT",
              help="Licence of the ratings and of weights learned from them.")  # fmt: skip
@_seed
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              metavar="FOLDER", help="Folder for weights.json and embedding.npz; "
              "recommender/engine to ship them.")  # fmt: skip
def train(
    *,
    ratings: Path,
    links: Path,
    catalogue: Path | None,
    data_name: str,
    data_terms: str,
    seed: int,
    out: Path,
) -> None:
    """Learn the scoring weights from ratings and calibrate the match on held-out users.

    The weights are evaluated as in `evaluate`. Date, data, protocol and metrics are stored with
    the weights.
    """
    with refuse_invalid_data(), draw_progress() as report:
        films, credits = _read_films(catalogue, load_settings())
        tables = read_movielens(ratings, _RATING_COLUMNS), read_movielens(links, _LINK_COLUMNS)
        measured = run_evaluation(
            films, credits, *tables, systems=["marquee"], reference="marquee", seed=seed,
            progress=lambda share, what: report(share * 0.5, what),
        )  # fmt: skip
        scores = measured.table.loc["marquee", list(_STORED_METRICS)].astype(float).round(4)
        source = {
            "data": data_name,
            "terms": data_terms,
            "protocol": _PROTOCOL,
            "scores": scores.to_dict(),
        }
        trained = run_training(
            films, credits, *tables, source=source, seed=seed,
            progress=lambda share, what: report(0.5 + share * 0.5, what),
        )  # fmt: skip
    trained.save(out)
    click.echo(trained.reliability.round(1).to_string(index=False))
    for name, value in scores.items():
        click.echo(f"{name}: {value:.4f}")
    click.echo(f"Saved: {out / 'weights.json'} and embedding.npz")


def _read_films(source: Path | None, settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read films and credits for `fit_model` from a CSV file, by default from the catalogue."""
    with TemporaryDirectory() as folder:
        if source is None:
            path = ensure_catalogue(settings)
        else:
            path = Path(folder) / "catalogue.db"
            build_catalogue(source, path)
        with Catalogue(path) as catalogue:
            tables = catalogue.read_tables()
        return tables.films, tables.credits
