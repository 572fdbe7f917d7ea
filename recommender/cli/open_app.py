"""Open the catalogue or the whole app for a command, with progress on stderr."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from recommender.cli.film_ids import describe_unknown, read_film_id
from recommender.cli.output import draw_progress
from recommender.service import Marquee
from recommender.settings import load_settings

_MAX_NAMED = 10
_BAR_AFTER_S, _POLL_S = 0.5, 0.1


@contextmanager
def open_marquee() -> Iterator[Marquee]:
    """Yield the app with its model; draw a progress bar if startup takes more than 0.5 s.

    Raises
    ------
    MarqueeError
        If a setting is not valid, or the catalogue or the model cannot be loaded or built.
    """
    marquee = Marquee(load_settings())
    try:
        startup = marquee.startup
        startup.start()
        if not startup.wait(_BAR_AFTER_S):
            with draw_progress() as report:
                while not startup.wait(_POLL_S):
                    report(startup.state.fraction, startup.state.text)
                report(startup.state.fraction, startup.state.text)
        marquee.prepare()
        yield marquee
    finally:
        marquee.close()


def find_known(marquee: Marquee, texts: Sequence[str]) -> list[str]:
    """Return the ids in the catalogue, without duplicates; name the others on stderr.

    Parameters
    ----------
    texts
        Ids or addresses of films.

    Raises
    ------
    ClickException
        If the catalogue holds none of them.
    """
    text_of = {read_film_id(text) or text: text for text in texts}
    unknown = marquee.unknown(text_of)
    named = ", ".join(
        describe_unknown(text_of[tconst], lambda query: marquee.catalogue.search(query).films)
        for tconst in unknown[:_MAX_NAMED]
    )
    if len(unknown) > _MAX_NAMED:
        named += f" and {len(unknown) - _MAX_NAMED} more"
    if unknown and len(unknown) == len(text_of):
        raise click.ClickException(f"The catalogue holds none of these films: {named}.")
    if unknown:
        are = "film is" if len(unknown) == 1 else "films are"
        message = f"Warning: {len(unknown)} {are} not in the catalogue and skipped: {named}."
        click.echo(message, err=True)
    return [tconst for tconst in text_of if tconst not in unknown]
