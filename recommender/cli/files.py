"""Files that commands are given: refused in plain words, and replaced as a whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

STDIO = Path("-")
"""Stands for stdin or stdout."""


class FileRefused(click.ClickException):
    """A file that was given is not what it should be."""

    exit_code = 2


@contextmanager
def replacing(target: Path) -> Iterator[TextIO]:
    """Lend a text file that takes the target's place when the block ends well.

    Parameters
    ----------
    target
        A path; ``-`` is stdout. Pipes and devices are written to, never replaced.

    Raises
    ------
    FileRefused
        If it cannot be written.
    """
    if target == STDIO:
        yield sys.stdout
        return
    path = target.resolve()  # a link stays one
    if path.exists() and not path.is_file():
        with _refusals(target), path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    with _refusals(target):
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.tmp-", dir=path.parent)
    try:
        with _refusals(target), os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        with _refusals(target):
            # mkstemp gives 0600; the file should have the rights that any new file gets.
            Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _refusals(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileRefused(f"{target} cannot be written: {error.strerror or error}.") from error


def _umask() -> int:
    mask = os.umask(0o077)  # the only way to read it is to set it
    os.umask(mask)
    return mask
