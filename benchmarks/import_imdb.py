"""Time a whole import of IMDb's files, model included, and what it costs the machine.

    python benchmarks/imdb_shaped.py FOLDER --films 700000 [--full]
    python benchmarks/import_imdb.py FOLDER
    python benchmarks/import_imdb.py FOLDER --data KEPT      the data folder stays, for scale.py

Memory is that of the importing process and its children together, looked at ten times a second:
PSS, in which a page that two of them share counts once, where the system tells it, else RSS. Mapped
files count in it too. The clock says little on a busy machine, so processor time and the load stand
beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import format_table

PROJECT = Path(__file__).resolve().parent.parent
LOOK_EVERY_S = 0.1


@dataclass(kw_only=True)
class Cost:
    """What an import took; times in seconds, memory and sizes in megabytes."""

    films: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    database_mb: float = 0.0
    model_mb: float = 0.0
    load: tuple[float, float] = (0.0, 0.0)
    steps: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Seconds and peak of each step."""


def main() -> None:
    """Read the command line, import, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="with IMDb's five files")
    parser.add_argument("--data", type=Path, help="data folder to keep; a temporary one if not")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        data = options.data or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cost = measure_import(options.folder, data)
    files = sum(path.stat().st_size for path in options.folder.glob("*.tsv.gz")) / 1e6
    print(f"{cost.films:,} films from {files:,.0f} MB of files\n")
    steps = [
        [name, f"{took:.0f} s", f"{peak:,.0f} MB"] for name, (took, peak) in cost.steps.items()
    ]
    whole = ["the whole import", f"{cost.wall_s:.0f} s", f"{cost.peak_mb:,.0f} MB"]
    print(format_table(["step", "took", "peak, process and children"], [*steps, whole]))
    print(
        f"\nprocessor {cost.cpu_s:.0f} s, load {cost.load[0]:.1f} before, {cost.load[1]:.1f} after"
    )
    print(f"database {cost.database_mb:,.0f} MB, model {cost.model_mb:,.0f} MB")


def measure_import(files: Path, data: Path) -> Cost:
    """Import files into a data folder and return what that took.

    Raises
    ------
    SystemExit
        If the import fails; its own words are on stderr.
    """
    cost = Cost(load=(os.getloadavg()[0], 0.0))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [sys.executable, "-m", "recommender", "import-imdb", "--progress-json"]
    with (
        subprocess.Popen(
            [*command, "--from", str(files.resolve())],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            env={**os.environ, "MARQUEE_DATA_DIR": str(data.resolve())},
            text=True,
        ) as process,
        watch_memory(process.pid) as peaks,
    ):
        _follow(process.stdout or (), cost, peaks, began)
        process.wait()
    if process.returncode:
        raise SystemExit(f"The import ended with code {process.returncode}.")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.wall_s = time.perf_counter() - began
    cost.cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    cost.peak_mb = max(peaks)
    cost.database_mb = megabytes(data / "catalogue.db")
    cost.model_mb = megabytes(data / "model")
    cost.load = (cost.load[0], os.getloadavg()[0])
    return cost


def _follow(lines: Iterable[str], cost: Cost, peaks: list[float], began: float) -> None:
    """Note when each step began and how much memory was in use until the next."""
    step, since, looked = "Starting", began, 0

    def end(step: str) -> None:
        nonlocal since, looked
        now = time.perf_counter()
        cost.steps[step] = (now - since, max(peaks[looked:], default=0.0))
        since, looked = now, len(peaks)

    for line in lines:
        told = json.loads(line)
        if "done" in told:
            cost.films = told["done"]["films"]
        elif (now_at := told["progress"]["step"]) != step:
            end(step)
            step = now_at
    end(step)


@contextlib.contextmanager
def watch_memory(pid: int) -> Iterator[list[float]]:
    """Lend a list that grows by the megabytes a process and its children take together."""
    samples: list[float] = [0.0]
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY_S):
            samples.append(sum(map(memory_mb, family(pid))))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def family(pid: int) -> list[int]:
    """Return a process and all that it started and that still run."""
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{found[-1]}/task").iterdir():
                left += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def memory_mb(pid: int) -> float:
    """Return a process's memory in KB: its proportional share, else its resident size, else 0."""
    for file, name in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/{file}").read_text(encoding="ascii").splitlines():
                if line.startswith(name):
                    return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def megabytes(path: Path) -> float:
    """Return the size of a file, or of all files in a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


if __name__ == "__main__":
    main()
