"""Input and output files of commands: CSV reading and atomic writing."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    import pandas as pd

STDIO = Path("-")
"""The path that means stdin or stdout."""


class FileRefused(click.ClickException):
    """A file given to a command is not valid or cannot be written; exit code 2."""

    exit_code = 2


def read_csv(path: Path) -> pd.DataFrame:
    """Return a CSV file (or .csv.gz) as a table.

    Raises
    ------
    FileRefused
        If it cannot be read as CSV.
    """
    # pandas takes 0.3 s to import, and `search` does not need it.
    import pandas as pd  # noqa: PLC0415

    try:
        return pd.read_csv(path)
    except (ValueError, OSError, EOFError) as error:
        raise FileRefused(f"{path}: cannot be read as CSV ({error}).") from error


@contextmanager
def replacing(target: Path) -> Iterator[TextIO]:
    """Yield a text file that replaces the target when the block ends without an error.

    Parameters
    ----------
    target
        A path; ``-`` is stdout. Pipes and devices are written to, not replaced.

    Raises
    ------
    FileRefused
        If it cannot be written.
    """
    if target == STDIO:
        yield sys.stdout
        return
    path = target.resolve()  # keeps a symbolic link
    if path.exists() and not path.is_file():
        with _refusing(target), path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    with _refusing(target):
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.tmp-", dir=path.parent)
    try:
        with (
            _refusing(target),
            os.fdopen(handle, "w", encoding="utf-8", newline="") as file,
        ):
            yield file
        with _refusing(target):
            # mkstemp creates files with mode 0600; use the mode of the old file or of a new one.
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _refusing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileRefused(f"{target} cannot be written: {error.strerror or error}.") from error


def _umask() -> int:
    mask = os.umask(0o077)  # it can be read only by setting it
    os.umask(mask)
    return mask
