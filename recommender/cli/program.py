"""The program: which commands there are, and how their errors and ends look to a shell."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

from recommender import __version__
from recommender.errors import MarqueeError

SUMMARIES: Mapping[str, str] = MappingProxyType(
    {
        "build": "Build the catalogue and fit the model anew.",
        "import-imdb": "Import all films from IMDb's public data sets.",
        "search": "Find films by title, person and year.",
        "recommend": "Recommend films to one taste, or to a file of them.",
        "film": "Show what is known of a film.",
        "similar": "List the films most like a film.",
        "evaluate": "Measure how well rankers find what people went on to like.",
        "train": "Learn the ranking's weights from ratings.",
        "community": "Let everybody's likes join the ranking.",
        "import-ratings": "Bring community ratings in and learn from them.",
        "tmdb": "Fill, look at and empty the cache of posters and overviews.",
        "backup": "Copy people's data to a file, and check the copy.",
        "restore": "Put people's data back from a copy.",
        "doctor": "Check that everything is there and sound.",
    }
)
INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended."""


class Program(click.Group):
    """The commands, each imported when it is asked for: a search should not wait for the engine."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names, in the order of the help."""
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, None when there is none."""
        if cmd_name not in SUMMARIES:
            return None
        command: click.Command = import_module(
            f"recommender.cli.{cmd_name.replace('-', '_')}_command"
        ).command
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # see __main__
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong becomes one sentence and an exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except KeyboardInterrupt:
            raise click.exceptions.Exit(INTERRUPTED) from None
        except MarqueeError as error:
            raise click.ClickException(str(error)) from error
        except ImportError as error:
            raise click.ClickException(
                f"{error.name or error} cannot be loaded; run `pip install -r requirements.txt`."
            ) from error
        except OSError as error:
            if error.errno == errno.EPIPE:  # `| head` has read enough; click ends quietly
                raise
            named = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{named}{error.strerror or error}.") from error
        except Exception as error:
            raise click.ClickException(
                f"this should not have happened ({type(error).__name__}: {error}). "
                "`python -m recommender doctor` says how things are."
            ) from error


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="MARQUEE_DATA_DIR moves the folder of the databases and the model.",
)
@click.version_option(__version__, prog_name="marquee")
def main() -> None:
    """Find films you will like, and see why."""


def run() -> int:
    """Run the program with the process's own arguments and streams; return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Pipes and files get UTF-8 wherever we are; no character can stop the output.
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        main.main(prog_name="python -m recommender")
    except SystemExit as end:
        return _leave(end.code if isinstance(end.code, int) else 1)


def _leave(code: int) -> int:
    """Return the exit code once what was written is out, or silence what cannot be."""
    if sys.stdout is None:  # started with stdout closed
        return code
    try:
        sys.stdout.flush()
    except OSError:
        # Python would try again at its end, and say so in its own words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code or 1
    return code
