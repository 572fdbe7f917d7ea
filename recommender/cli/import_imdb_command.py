"""``import-imdb``: all of IMDb's films in the place of the catalogue."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from recommender.cli.files import FileRefused
from recommender.cli.progress import draw_progress
from recommender.errors import FilmFileError
from recommender.service import ImportRequest, import_imdb
from recommender.settings import load_settings

if TYPE_CHECKING:
    from recommender.catalogue.imdb import ImportFacts, ImportProgress

_TELL_EVERY_S = 0.2
_MOST_NAMED = 5


@click.command("import-imdb")
@click.option("--from", "source", default="", metavar="DIR_OR_URL",
              help="A folder with IMDb's .tsv.gz files, or where they are published; "
              "IMDb's own address when left out.")  # fmt: skip
@click.option("--min-votes", type=click.IntRange(min=0), default=0, show_default=True,
              help="Leave films with fewer votes out.")  # fmt: skip
@click.option("--types", default="movie,tvMovie", show_default=True, metavar="TYPES",
              help="IMDb's title types that become films.")  # fmt: skip
@click.option("--keep-files", is_flag=True,
              help="Keep what was fetched: the next import fetches only what changed.")  # fmt: skip
@click.option("--progress-json", is_flag=True,
              help="Progress and result as lines of JSON on stdout, for a program.")  # fmt: skip
def command(
    *, source: str, min_votes: int, types: str, keep_files: bool, progress_json: bool
) -> None:
    """Import IMDb's public data sets, for personal and non-commercial use.

    Five files are fetched (about 1.3 GB), read and joined; catalogue and model are built beside
    those in use and put in their place when all went well. Likes are not touched. `build` brings
    the bundled films back.
    """
    settings = load_settings()
    request = ImportRequest(
        source=source,
        types=tuple(filter(None, map(str.strip, types.split(",")))),
        min_votes=min_votes,
        keep_files=keep_files,
    )
    if not request.types:
        raise click.BadParameter("name one title type at least", param_hint="--types")
    # Ending it politely is Ctrl-C to all that has to be put away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    begun = time.monotonic()
    with ExitStack() as stack:
        watch = _print_json() if progress_json else _draw(stack)
        try:
            facts = import_imdb(settings, request, watch)
        except FilmFileError as error:
            raise FileRefused(str(error)) from error
    if progress_json:
        click.echo(json.dumps({"done": asdict(facts)}))
    else:
        _say(facts, time.monotonic() - begun)


def _draw(stack: ExitStack) -> Callable[[ImportProgress], None]:
    tell = stack.enter_context(draw_progress())

    def watch(progress: ImportProgress) -> None:
        left = progress.seconds_left
        tell(progress.fraction, progress.text + (f", {_minutes(left)} left" if left else ""))

    return _now_and_then(watch)


def _print_json() -> Callable[[ImportProgress], None]:
    def watch(progress: ImportProgress) -> None:
        click.echo(json.dumps({"progress": asdict(progress)}))

    return _now_and_then(watch)


def _now_and_then(watch: Callable[[ImportProgress], None]) -> Callable[[ImportProgress], None]:
    """Return a watcher that is told a few times a second, and of the end."""
    told_at = [float("-inf")]

    def told(progress: ImportProgress) -> None:
        now = time.monotonic()
        if now - told_at[0] >= _TELL_EVERY_S or progress.fraction == 1.0:
            told_at[0] = now
            watch(progress)

    return told


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _say(facts: ImportFacts, took_s: float) -> None:
    click.echo(
        f"{facts.films:,} films, {facts.people:,} people and {facts.credits:,} credits, "
        f"imported in {took_s:.0f} s."
    )
    for why, count in facts.left_out.items():
        click.echo(f"Left out: {count:,} {why}.")
    for place in facts.mended[:_MOST_NAMED]:
        click.echo(f"Warning: {place}; it was put right.", err=True)
    if len(facts.mended) > _MOST_NAMED:
        more = len(facts.mended) - _MOST_NAMED
        click.echo(f"Warning: {more:,} more rows were put right.", err=True)
