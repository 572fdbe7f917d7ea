"""Command-line program: argument parsing, the list of commands, and exit codes."""

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
        "build": "Build the catalogue and fit the model.",
        "import-imdb": "Import all films of IMDb's public data sets.",
        "search": "Find films by title, person and year.",
        "recommend": "Recommend films for one profile, or for a file of profiles.",
        "film": "Show the facts of a film.",
        "similar": "List the films most similar to a film.",
        "evaluate": "Measure how well systems predict what people liked later.",
        "train": "Learn the weights of the score from ratings.",
        "community": "Use the likes of all users in the ranking.",
        "import-ratings": "Import community ratings and use them in the ranking.",
        "tmdb": "Fill, inspect and purge the cache of posters and overviews.",
        "backup": "Copy user data to a file and check the copy.",
        "restore": "Restore user data from a copy.",
        "doctor": "Check that everything works.",
    }
)
_MODULES = {
    "catalogue_commands": ("build", "import-imdb", "search", "film"),
    "recommend_commands": ("recommend", "similar"),
    "evaluation_commands": ("evaluate", "train"),
    "user_data_commands": ("community", "import-ratings", "backup", "restore"),
    "tmdb_command": ("tmdb",),
    "doctor": ("doctor",),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}
INTERRUPTED = 130
"""Exit code after Ctrl-C."""


class Program(click.Group):
    """Click group that imports a command's module only when the command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of the help page."""
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command by name; None if the name is unknown."""
        if cmd_name not in SUMMARIES:
            return None
        # The engine takes 0.7 s to import; `search` starts without it.
        module = import_module(f"recommender.cli.{_MODULE_OF[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # see __main__
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help page's list of commands without importing their modules."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; report any error as one sentence on stderr with an exit code."""
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
            if error.errno == errno.EPIPE:  # closed pipe, as in `| head`; click exits quietly
                raise
            named = f"{error.filename}: " if error.filename else ""
            raise click.ClickException(f"{named}{error.strerror or error}.") from error
        except Exception as error:
            raise click.ClickException(
                f"unexpected error ({type(error).__name__}: {error}). "
                "Run `python -m recommender doctor` to check the installation."
            ) from error


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="MARQUEE_DATA_DIR sets the folder of the databases and the model.",
)
@click.version_option(__version__, prog_name="marquee")
def main() -> None:
    """Find films you will like, and see why."""


def run() -> int:
    """Run the command line of this process and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Pipes and files get UTF-8 in every locale; no character raises an error.
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        main.main(prog_name="python -m recommender")
    except SystemExit as end:
        return _flush_stdout(end.code if isinstance(end.code, int) else 1)


def _flush_stdout(code: int) -> int:
    """Flush stdout and return the exit code; 1 if flushing fails."""
    if sys.stdout is None:  # started with stdout closed
        return code
    try:
        sys.stdout.flush()
    except OSError:
        # Without this, Python flushes again at exit and prints a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code or 1
    return code
