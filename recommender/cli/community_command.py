"""``community``: let everybody's likes join the ranking."""

from __future__ import annotations

import click

from recommender.cli.readying import open_marquee
from recommender.service import Community, learn_community


@click.command("community")
def command() -> None:
    """Let everybody's likes join the ranking, once there are enough of them.

    The likes are those of Marquee's own people and of imported ratings. Running apps take the
    new model up by themselves. Run it now and then, say every night.
    """
    with open_marquee() as marquee:
        echo_community(learn_community(marquee.people, marquee.model, marquee.settings))


def echo_community(found: Community) -> None:
    """Say what came of it."""
    click.echo(f"{found.likes:,} likes of {found.people:,} people.")
    if found.joined:
        click.echo("They have joined the ranking.")
    else:
        click.echo(
            f"That is too few to help: it takes {found.enough_people} people with five likes and "
            "more. The ranking stays as it was."
        )
