"""Load test: response times of many simultaneous visitors beside an empty app, and likes stored.

Each visitor is a session over Streamlit's websocket. The visitors run in this process, the apps in
processes of their own; ``--processes N`` serves Marquee in N processes behind nginx. Each phase
ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import format_table, percentile
from benchmarks.serving import PROJECT, Served, serve, serve_processes
from benchmarks.visitors import Tally, browse, click_hearts, type_names
from recommender.users import token_digest

EMPTY = PROJECT / "benchmarks" / "peers" / "empty.py"
HANDING_OVER = PROJECT / "benchmarks" / "peers" / "handing_over.py"
RAMP_S = 10.0
"""Visitors arrive within this time; their actions meanwhile are not measured."""
SETTLE_S = 10.0
"""Wait between a server's start and the first visitor."""
LIMIT_MS = 100.0
TARGET_P95_MS = {1: 180.0, 3: 90.0}
"""Targets of the p95 of 100 people, by number of processes on two cores."""


@dataclass(frozen=True, slots=True)
class Phase:
    """What one phase measured; shares are of one processor core."""

    tally: Tally
    server_share: float
    client_share: float

    def join(self, other: Phase) -> Phase:
        """Return this phase and another that was as long, as one."""
        tally = Tally(errors=[*self.tally.errors, *other.tally.errors])
        for part in (self.tally, other.tally):
            for action, took in part.took_ms.items():
                tally.took_ms[action] += took
        return Phase(
            tally,
            (self.server_share + other.server_share) / 2,
            (self.client_share + other.client_share) / 2,
        )


def main() -> int:
    """Run what was asked for and print it; 1 when something was lost."""
    arguments = read_arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        lost = 0
        if arguments.clickers:
            lost += run_clickers(folder, arguments)
        if arguments.browsers:
            lost += run_browsers(folder, arguments)
    return 1 if lost else 0


def read_arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--clickers", type=int, default=30, help="people who click hearts; 0 for none")
    add("--per-second", type=float, default=5.0, help="clicks of each")
    add("--browsers", type=int, default=100, help="people who look around; 0 for none")
    add("--think", type=float, default=5.0, help="seconds between what they do")
    add("--seconds", type=float, default=60.0, help="measured, of each phase")
    add("--defaults", action="store_true", help="the empty app also with Streamlit's own settings")
    add("--processes", type=int, default=1, help="processes of Marquee; several are behind nginx")
    add("--settle", type=float, default=SETTLE_S, help="seconds between start and first visitor")
    add("--floor", action="store_true", help="also an app that hands over a wall, and no more")
    return parser.parse_args()


def run_clickers(folder: Path, arguments: argparse.Namespace) -> int:
    """Let people click hearts, print how long it took, and return how many likes were lost."""
    data = folder / "clickers"

    async def one(address: str, tally: Tally, until: float, seed: int) -> None:
        await click_hearts(address, tally, per_second=arguments.per_second, until=until)

    with serve_marquee(data, arguments) as served:
        phase = run_phase(served, one, people=arguments.clickers, seconds=arguments.seconds)
    took = phase.tally.took_ms["like"]
    stored, lost = compare(data / "people.db", phase.tally)
    row = [
        str(arguments.clickers),
        str(phase.tally.clicks),
        str(len(took)),
        f"{stored}/{stored + lost}",
    ]
    row += [f"{percentile(took, share):.1f}" for share in (0.5, 0.95, 0.99)]
    row += [f"{phase.server_share:.0%}", f"{phase.client_share:.0%}"]
    header = ["people clicking", "clicks", "acknowledged", "stored", "p50 ms", "p95 ms", "p99 ms",
              "server's core", "client's core"]  # fmt: skip
    print(format_table(header, [row]))
    print(f"\nA like is acknowledged when it is on the disk. Limit: p99 {LIMIT_MS:.0f} ms. "
          f"One fdatasync here now: {time_disk(folder)}.\n")  # fmt: skip
    show_errors(phase.tally)
    return lost + phase.tally.clicks - len(took)


def run_browsers(folder: Path, arguments: argparse.Namespace) -> int:
    """Let people look around, in the empty app and in Marquee; print both; return what was lost."""

    async def at_empty(address: str, tally: Tally, until: float, seed: int) -> None:
        await type_names(address, tally, think_s=arguments.think, until=until, seed=seed)

    async def at_marquee(address: str, tally: Tally, until: float, seed: int) -> None:
        await browse(address, tally, think_s=arguments.think, until=until, seed=seed)

    size = {"people": arguments.browsers, "seconds": arguments.seconds}
    half = {**size, "seconds": arguments.seconds / 2}
    log = folder / "empty.log"
    rows: list[list[str]] = []
    if arguments.defaults:
        with serve(EMPTY, folder=folder, log=log) as served:
            phase = run_phase(served, at_empty, **size)
        rows += list_rows("an empty app, default settings", phase, base_ms=None)
    data = folder / "browsers"
    # A machine is faster in one minute than in the next: the empty app before Marquee, and after.
    with serve(EMPTY, folder=PROJECT, log=log) as served:
        before = run_phase(served, at_empty, **half)
    with serve_marquee(data, arguments) as served:
        phase = run_phase(served, at_marquee, **size)
    with serve(EMPTY, folder=PROJECT, log=log) as served:
        after = run_phase(served, at_empty, **half)
    halves = [percentile(part.tally.took_ms["any"], 0.95) for part in (before, after)]
    whole = before.join(after)
    base_ms = percentile(whole.tally.took_ms["any"], 0.95)
    rows += list_rows("an empty app, our settings", whole, base_ms=base_ms)
    if arguments.floor:
        with serve(HANDING_OVER, folder=PROJECT, log=log) as served:
            floor = run_phase(served, at_empty, **size)
        rows += list_rows("an empty app that hands over a wall", floor, base_ms=base_ms)
    rows += list_rows("Marquee", phase, base_ms=base_ms)
    header = ["what", "times", "p50 ms", "p95 ms", "p99 ms", "p95 to the empty app's"]
    print(format_table(header, rows))
    stored, lost = compare(data / "people.db", phase.tally)
    print(f"\n{arguments.browsers} people, {arguments.think:g} s between what each does.")
    print(f"The empty app's p95: {halves[0]:.1f} ms before Marquee, {halves[1]:.1f} after it.")
    target = TARGET_P95_MS.get(arguments.processes)
    limit = f" Target for the p95: {target:.0f} ms." if target else ""
    print(f"{arguments.processes} process(es). Stored: {stored} of {stored + lost} likes.{limit}\n")
    for tally in (phase.tally, whole.tally):
        show_errors(tally)
    return lost


@contextmanager
def serve_marquee(data: Path, arguments: argparse.Namespace) -> Iterator[Served]:
    """Serve Marquee on its own data folder, and yield when it is ready and settled."""
    environ = {"MARQUEE_DATA_DIR": str(data)}
    data.mkdir()
    script, count = PROJECT / "app.py", arguments.processes
    if count == 1:
        serving = serve(script, folder=PROJECT, log=data / "server.log", environ=environ)
    else:
        serving = serve_processes(script, count, folder=data, environ=environ)
    with serving as served:
        until = time.perf_counter() + 120
        while time.perf_counter() < until:
            try:
                urllib.request.urlopen(f"{served.address}/readyz", timeout=5).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.2)
        time.sleep(arguments.settle)
        yield served


def run_phase(
    served: Served,
    one: Callable[[str, Tally, float, int], Awaitable[None]],
    *,
    people: int,
    seconds: float,
) -> Phase:
    """Let people come one after the other, and do what they do until the time is over."""

    async def run() -> Phase:
        tally = Tally()
        begun = time.perf_counter()
        tally.since = begun + RAMP_S
        until = tally.since + seconds

        async def come(number: int) -> None:
            await asyncio.sleep(RAMP_S * 0.8 * number / people)
            try:
                await one(served.address, tally, until, number)
            except Exception as error:
                tally.errors.append(f"{type(error).__name__}: {error}")

        async def watch() -> tuple[float, float]:
            await asyncio.sleep(RAMP_S)
            server, client = read_cpu_s(served), time.process_time()
            await asyncio.sleep(seconds)
            return read_cpu_s(served) - server, time.process_time() - client

        everybody = asyncio.gather(*map(come, range(people)))
        server, client = await watch()
        await everybody
        return Phase(tally, server / seconds, client / seconds)

    return asyncio.run(run())


def list_rows(name: str, phase: Phase, *, base_ms: float | None) -> list[list[str]]:
    """Return a row for all of an app, and one for each action when it has several."""
    by_action = {action: took for action, took in phase.tally.took_ms.items() if took}
    runs = [
        took for action, some in by_action.items() if "first page" not in action for took in some
    ]
    named = {f"{name}: {phase.server_share:.0%} of a core": runs}
    if len(by_action) > 2:
        named |= {f"- {action}": took for action, took in sorted(by_action.items())}
    rows = []
    for label, took in named.items():
        shown = [f"{percentile(took, share):.1f}" for share in (0.5, 0.95, 0.99)]
        ratio = f"{percentile(took, 0.95) / base_ms:.1f}x" if base_ms else "-"
        rows.append([label, str(len(took)), *shown, ratio])
    return rows


def compare(people_db: Path, tally: Tally) -> tuple[int, int]:
    """Return how many of the films clicked are as they were last acknowledged, and how many not."""
    with closing(sqlite3.connect(people_db)) as db:
        liked = set(
            db.execute(
                "SELECT s.token_digest, i.tconst FROM interactions i "
                "JOIN sessions s USING (user_id) WHERE i.kind = 'like'"
            )
        )
    right = sum(
        ((token_digest(token), film) in liked) == on for (token, film), on in tally.wanted.items()
    )
    return right, len(tally.wanted) - right


def time_disk(folder: Path) -> str:
    """Return how long the disk takes to have 4 KB, as p50 and p99 of two hundred tries."""
    took = []
    with (folder / "disk").open("wb", buffering=0) as file:
        for _ in range(200):
            file.write(b"x" * 4096)
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - started) * 1000)
    return f"p50 {percentile(took, 0.5):.1f} ms, p99 {percentile(took, 0.99):.1f} ms"


def read_cpu_s(served: Served) -> float:
    """Return the processor seconds that all processes of an app have used so far."""
    ticks = 0
    for process in served.processes:
        try:
            stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii")
        except OSError:
            continue
        fields = stat.rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / float(os.sysconf("SC_CLK_TCK"))


def show_errors(tally: Tally) -> None:
    """Print what went wrong, the first few."""
    if tally.errors:
        print(f"{len(tally.errors)} errors: {'; '.join(tally.errors[:5])}")


if __name__ == "__main__":
    sys.exit(main())
