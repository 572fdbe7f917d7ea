"""Commands that rank films: ``recommend`` and ``similar``."""

from __future__ import annotations

import csv
from pathlib import Path

import click

from recommender.cli.open_app import open_app
from recommender.cli.output import (
    draw_progress,
    echo_json,
    recommendation_lines,
    recommendation_record,
)
from recommender.cli.profile_files import read_profiles, replacing
from recommender.engine import RANKERS, rank_scores, similar_films
from recommender.engine import recommend as rank_films
from recommender.entities import Profile, Recommendation


@click.command("recommend")
@click.argument("tconsts", nargs=-1, metavar="[TCONST]...")
@click.option("--profiles", type=click.Path(exists=True, dir_okay=False, readable=True,
              allow_dash=True, path_type=Path), metavar="IN.csv",
              help="Rows profile,tconst[,kind], oldest first; kind is like, seen or hide. "
              "- reads stdin.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
              metavar="OUT.csv",
              help="Output with rows profile,rank,tconst,score. - writes to stdout.")  # fmt: skip
@click.option("--top", type=click.IntRange(1, 1000), default=20, show_default=True,
              help="Number of films, for each profile.")  # fmt: skip
@click.option("--ranker", type=click.Choice(list(RANKERS)), default="marquee", show_default=True,
              help="Ranking method.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array, with all reasons.")
def recommend(
    *,
    tconsts: tuple[str, ...],
    profiles: Path | None,
    out: Path | None,
    top: int,
    ranker: str,
    as_json: bool,
) -> None:
    """Recommend films to a user who likes the films TCONST... (IMDb ids or URLs, oldest first).

    The last film is the latest like and has the highest weight. With --profiles and --out,
    recommend for every profile of a file. Liked, seen and hidden films are never recommended.
    """
    if tconsts and not (profiles or out):
        _recommend_for_one(tconsts, top=top, ranker=ranker, as_json=as_json)
    elif profiles and out and not tconsts:
        if as_json:
            raise click.UsageError("--json cannot be used with --profiles: the output is CSV.")
        _recommend_for_many(profiles, out, top=top, ranker=ranker)
    else:
        raise click.UsageError("Give the liked films, or both --profiles and --out.")


@click.command("similar")
@click.argument("tconst")
@click.option("--top", type=click.IntRange(1, 1000), default=20, show_default=True,
              help="Number of films.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array.")
def similar(*, tconst: str, top: int, as_json: bool) -> None:
    """List the films most similar to the film TCONST, with the people and genres they share."""
    with open_app() as app:
        (known,) = app.find_known([tconst])
        found = app.attach_films(similar_films(app.model, known, top_n=top))
    _echo(found, as_json=as_json)


def _recommend_for_one(tconsts: tuple[str, ...], *, top: int, ranker: str, as_json: bool) -> None:
    with open_app() as app:
        profile = Profile(likes=tuple(app.find_known(tconsts[::-1])))
        size = app.settings.profile_size
        ranked = rank_films(app.model, profile, top_n=top, ranker=ranker, profile_size=size)
        found = app.attach_films(ranked)
    _echo(found, as_json=as_json)


def _recommend_for_many(source: Path, target: Path, *, top: int, ranker: str) -> None:
    profiles = read_profiles(source)
    # Open the output file first, so that an error is reported before minutes of ranking.
    with replacing(target) as file, open_app() as app, draw_progress() as report:
        app.find_known(
            [
                tconst
                for profile in profiles.values()
                for newest_first in (profile.likes, profile.seen, profile.hidden)
                for tconst in reversed(newest_first)
            ]
        )
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["profile", "rank", "tconst", "score"])
        size = app.settings.profile_size
        for done, (name, profile) in enumerate(profiles.items()):
            report(done / len(profiles), "Ranking films for each profile")
            ranked = rank_scores(app.model, profile, top_n=top, ranker=ranker, profile_size=size)
            for rank, (tconst, score) in enumerate(ranked, 1):
                writer.writerow([name, rank, tconst, f"{score:.6f}"])
        report(1.0, "Ranking films for each profile")


def _echo(recommendations: list[Recommendation], *, as_json: bool) -> None:
    if as_json:
        echo_json(map(recommendation_record, recommendations))
        return
    for line in recommendation_lines(recommendations):
        click.echo(line)
