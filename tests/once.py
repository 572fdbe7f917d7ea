"""What costs seconds to make is made once in a run, however many processes test beside each other.

The first to ask makes it while the others wait, in the folder that pytest keeps for the run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder of this name, made by the first process of the run that asks for it.

    Parameters
    ----------
    factory
        Knows the folder of the run.
    name
        Of the folder.
    make
        Is handed an empty folder to fill. The result belongs to all: copy it before writing to it.
    """
    folder = run_folder(factory)
    made = folder / name
    with FileLock(folder / f"{name}.lock"):
        if not made.exists():
            begun = Path(factory.mktemp(f"{name}-begun"))
            make(begun)
            begun.rename(made)
    return made


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all processes of this run see."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def kept_as_it_is(folder: Path) -> Iterator[Path]:
    """Fail at the end when a test has written to what belongs to all."""
    before = _footprint(folder)
    yield folder
    assert _footprint(folder) == before, f"a test wrote to {folder}, which all tests share"


def _footprint(folder: Path) -> dict[str, tuple[int, int]]:
    """Sizes and times of the files, without what SQLite keeps beside a database while it reads."""
    files = [path for path in folder.rglob("*") if path.suffix not in {".db-shm", ".db-wal"}]
    stats = {str(path.relative_to(folder)): path.stat() for path in files if path.is_file()}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in stats.items()}
