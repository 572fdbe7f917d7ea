"""``similar``: the films most like one film."""

from __future__ import annotations

import click

from recommender.cli.layout import recommendation_lines
from recommender.cli.readying import open_marquee
from recommender.cli.records import echo_json, recommendation_record


@click.command("similar")
@click.argument("tconst")
@click.option("--top", type=click.IntRange(1, 1000), default=20, show_default=True,
              help="How many films to show.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Write a JSON array.")
def command(*, tconst: str, top: int, as_json: bool) -> None:
    """List the films most like the film TCONST, each with what they share."""
    with open_marquee() as marquee:
        alike = marquee.similar(tconst, top_n=top)
    if as_json:
        echo_json(map(recommendation_record, alike))
        return
    for line in recommendation_lines(alike):
        click.echo(line)
