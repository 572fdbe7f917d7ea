"""Open the whole of Marquee for a command, and sort the films it was given into known and not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from recommender.cli.progress import draw_progress
from recommender.service import Marquee
from recommender.settings import load_settings

_MOST_NAMED = 10
_SOON_S, _OFTEN_S = 0.5, 0.1


@contextmanager
def open_marquee() -> Iterator[Marquee]:
    """Lend Marquee with its model; a bar shows how far it is when that takes a while.

    Raises
    ------
    MarqueeError
        If a setting makes no sense, or the catalogue or the model cannot be had.
    """
    marquee = Marquee(load_settings())
    try:
        startup = marquee.startup
        startup.start()
        if not startup.wait(_SOON_S):
            with draw_progress() as tell:
                while not startup.wait(_OFTEN_S):
                    tell(startup.state.fraction, startup.state.text)
                tell(startup.state.fraction, startup.state.text)
        marquee.prepare()
        yield marquee
    finally:
        marquee.close()


def warn_of_unknown(marquee: Marquee, tconsts: Sequence[str]) -> None:
    """Name on stderr the films that the catalogue does not hold.

    Raises
    ------
    ClickException
        If it holds none of them.
    """
    unknown = marquee.unknown(dict.fromkeys(tconsts))
    named = ", ".join(unknown[:_MOST_NAMED])
    if len(unknown) > _MOST_NAMED:
        named += f" and {len(unknown) - _MOST_NAMED} more"
    if unknown and len(unknown) == len(set(tconsts)):
        raise click.ClickException(f"The catalogue holds none of these films: {named}.")
    if unknown:
        are = "film is" if len(unknown) == 1 else "films are"
        message = f"Warning: {len(unknown)} {are} not in the catalogue and skipped: {named}."
        click.echo(message, err=True)
