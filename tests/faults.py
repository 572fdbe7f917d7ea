"""Faults made for real, for the tests of several rooms: full disks, held locks, rights taken away.

Where this machine does not let a fault be made, the test says so and is skipped.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534

_HOLDER = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1], isolation_level=None) as connection:
    connection.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    sys.stdin.readline()
    connection.execute("COMMIT")
print("let go", flush=True)
"""


@contextmanager
def small_disk(folder: Path, *, megabytes: int, read_only: bool = False) -> Iterator[Path]:
    """Mount a disk of its own, in memory, on an empty folder for a while."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={megabytes}m,mode=755"
    command = ["mount", "-t", "tmpfs", "-o", options, "marquee-test", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a disk of its own cannot be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder read-only, for root as well, by a mount."""
    bind = subprocess.run(
        ["mount", "--bind", str(folder), str(folder)], capture_output=True, text=True, check=False
    )
    if bind.returncode:
        pytest.skip(f"a folder cannot be mounted to read only here: {bind.stderr.strip()}")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Leave no room at all on the disk that holds a folder for a while; only on a small one."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        chunk = 1 << 20
        while chunk:
            try:
                file.write(b"\0" * chunk)
            except OSError:
                chunk //= 2
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def held(database: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the right to write; it lets go when told so, or at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            if process.poll() is None:
                let_go(process)


def let_go(process: subprocess.Popen[str]) -> None:
    """Tell a process of `held` that its time is over."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user who owns nothing for a while; only root has to change for that."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def spoil(path: Path, *, start: float = 0.5, end: float = 1.0) -> bytes:
    """Overwrite a part of a file, and return all of what it holds then."""
    content = bytearray(path.read_bytes())
    first, last = int(len(content) * start), int(len(content) * end)
    content[first:last] = b"\xa5" * (last - first)
    path.write_bytes(content)
    return bytes(content)
