"""``recommend``: films for a taste given in words of ids, or for a file of tastes."""

from __future__ import annotations

from pathlib import Path

import click

from recommender.cli.files import replacing
from recommender.cli.layout import recommendation_lines
from recommender.cli.profiles import read_profiles, write_rankings
from recommender.cli.readying import open_marquee, warn_of_unknown
from recommender.cli.records import echo_json, recommendation_record
from recommender.engine import RANKERS
from recommender.entities import Profile


@click.command("recommend")
@click.argument("tconsts", nargs=-1, metavar="[TCONST]...")
@click.option("--profiles", type=click.Path(exists=True, dir_okay=False, readable=True,
              allow_dash=True, path_type=Path), metavar="IN.csv",
              help="Rows profile,tconst[,kind], oldest first; kind is like, seen or hide. "
              "- reads stdin.")  # fmt: skip
@click.option("--out", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
              metavar="OUT.csv",
              help="Where rows profile,rank,tconst,score go. - writes to stdout.")  # fmt: skip
@click.option("--top", type=click.IntRange(1, 1000), default=20, show_default=True,
              help="How many films to recommend, for each profile.")  # fmt: skip
@click.option("--ranker", type=click.Choice(list(RANKERS)), default="marquee", show_default=True,
              help="How films are ranked.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array, with all reasons.")
def command(
    *,
    tconsts: tuple[str, ...],
    profiles: Path | None,
    out: Path | None,
    top: int,
    ranker: str,
    as_json: bool,
) -> None:
    """Recommend films to somebody who likes the films TCONST..., oldest like first.

    The film named last is the latest like and weighs most. With --profiles and --out, recommend to
    every profile of a file instead; nobody is offered what they like, have seen or hid.
    """
    if tconsts and not (profiles or out):
        _recommend_to_one(tconsts, top=top, ranker=ranker, as_json=as_json)
    elif profiles and out and not tconsts:
        if as_json:
            raise click.UsageError("--json does not go with --profiles: the answer is a CSV file.")
        _recommend_to_many(profiles, out, top=top, ranker=ranker)
    else:
        raise click.UsageError("Name the films liked, or give both --profiles and --out.")


def _recommend_to_one(tconsts: tuple[str, ...], *, top: int, ranker: str, as_json: bool) -> None:
    with open_marquee() as marquee:
        warn_of_unknown(marquee, tconsts)
        newest_first = tuple(dict.fromkeys(reversed(tconsts)))
        picks = marquee.recommend(Profile(likes=newest_first), top_n=top, ranker=ranker)
    if as_json:
        echo_json(map(recommendation_record, picks))
        return
    for line in recommendation_lines(picks):
        click.echo(line)


def _recommend_to_many(source: Path, target: Path, *, top: int, ranker: str) -> None:
    profiles = read_profiles(source)
    # The target first: who cannot have the answer should not wait for it.
    with replacing(target) as file, open_marquee() as marquee:
        named = [
            tconst
            for profile in profiles.values()
            for newest_first in (profile.likes, profile.seen, profile.hidden)
            for tconst in reversed(newest_first)
        ]
        warn_of_unknown(marquee, named)
        write_rankings(
            marquee.model,
            profiles,
            file,
            top_n=top,
            ranker=ranker,
            profile_size=marquee.settings.profile_size,
        )
