"""SIGKILL at random moments under write load: what was acknowledged, and what is on the disk.

Two kinds of writers are killed. ``service``: two processes that write as the app does, four
threads each, single likes and groups of three in one transaction; one of them or both are killed.
``server``: the real ``streamlit run app.py`` with likes posted to its API from four connections.
After each kill the file is opened, checked from end to end, and compared with every answer that
had arrived. Times of day do not matter here, so a loaded machine is as good as a quiet one.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import requests

from benchmarks.measure import format_table
from benchmarks.serving import PROJECT, serve
from recommender.entities import InteractionKind
from recommender.users import People, new_token

THREADS = 4
GROUP = 3
LONGEST_S = 0.6
"""A kill comes up to so long after the first acknowledged write."""

_WRITER = """
import sys, threading
from pathlib import Path
from recommender.entities import InteractionKind
from recommender.users import People
path, first, *tokens = sys.argv[1:]
people = People(Path(path))
lock = threading.Lock()

def write(number, token):
    user = people.open_guest(token).user_id
    n = int(first) + number * 10_000
    while True:
        films = [f"tt{n}{part}" for part in range(3 if n % 3 == 0 else 1)]
        people.set_interactions(user, [(film, InteractionKind.LIKE, True) for film in films])
        with lock:
            print(user, *films, flush=True)
        n += 1

for job in enumerate(tokens):
    threading.Thread(target=write, args=job).start()
"""


@dataclass
class Outcome:
    """What all kills of one kind of writer came to."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    half_written: int = 0
    unsound: int = 0
    stored: int = 0
    moments: list[float] = field(default_factory=list)

    def row(self, kind: str) -> list[str]:
        """Return the cells of its line in the table."""
        numbers = (self.kills, self.acknowledged, self.lost, self.half_written, self.unsound)
        return [kind, *(f"{number:,}" for number in numbers), f"{self.stored:,}"]


def kill_services(folder: Path, *, kills: int, seed: int) -> Outcome:
    """Kill writing processes, and compare.

    Parameters
    ----------
    folder
        Empty; gets the file.
    kills
        How often.
    seed
        Of the moments, and of who is killed.
    """
    drawn, outcome = random.Random(seed), Outcome()  # noqa: S311 - a moment, not a secret
    path = folder / "people.db"
    tokens = [[new_token() for _ in range(THREADS)] for _ in range(2)]
    acknowledged: Counter[tuple[int, str]] = Counter()
    People(path).close()
    for round_ in range(kills):
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", _WRITER, str(path), f"{round_ + 1}{nth}00000", *tokens[nth]],
                stdout=subprocess.PIPE,
                text=True,
                cwd=PROJECT,
            )
            for nth in range(2)
        ]
        first = [_first_line(writer) for writer in writers]
        moment = drawn.uniform(0, LONGEST_S)
        time.sleep(moment)
        order = drawn.sample(writers, 2)
        order[0].kill()
        time.sleep(drawn.choice([0.0, 0.05]))  # the other goes on alone for a moment, or not
        order[1].kill()
        for line, writer in zip(first, writers, strict=True):
            assert writer.stdout is not None  # noqa: S101 - it is a pipe
            # Not by communicate(): it would pass over what the first line's reading has buffered.
            with writer.stdout:
                rest = writer.stdout.read()
            writer.wait()
            for said in [line, *rest.split("\n")[:-1]]:  # the last may be cut short
                user, *films = said.split()
                acknowledged.update((int(user), film) for film in films)
        outcome.moments.append(moment)
        _compare(path, acknowledged, outcome, groups=True)
    return outcome


def kill_servers(data_dir: Path, folder: Path, *, kills: int, seed: int) -> Outcome:
    """Kill the real server while programs post likes to its API, and compare.

    Parameters
    ----------
    data_dir
        A prepared data folder; what people say goes into it.
    folder
        For the server's log.
    kills
        How often.
    seed
        Of the moments.
    """
    drawn, outcome = random.Random(seed), Outcome()  # noqa: S311
    path = data_dir / "people.db"
    people = People(path)
    users = [
        people.accounts.sign_up(f"writer {nth}", "correct horse battery staple").user
        for nth in range(THREADS)
    ]
    tokens = [people.accounts.create_token(user.user_id, "kills") for user in users]
    people.close()
    films = _some_films(data_dir / "catalogue.db")
    acknowledged: Counter[tuple[int, str]] = Counter()
    environ = {"MARQUEE_DATA_DIR": str(data_dir), "MARQUEE_API_PER_MINUTE": "1000000"}
    for _ in range(kills):
        log = folder / "kills.log"
        with serve(PROJECT / "app.py", folder=PROJECT, log=log, environ=environ) as running:
            _wait_until_ready(running.address)
            jobs = [
                threading.Thread(
                    target=_post_until_killed,
                    args=(running.address, token, user.user_id, films, acknowledged),
                )
                for token, user in zip(tokens, users, strict=True)
            ]
            for job in jobs:
                job.start()
            before = sum(acknowledged.values())
            while sum(acknowledged.values()) == before:
                time.sleep(0.005)
            moment = drawn.uniform(0, LONGEST_S)
            time.sleep(moment)
            running.kill()
            for job in jobs:
                job.join()
        outcome.moments.append(moment)
        _compare(path, acknowledged, outcome, groups=False)
    return outcome


def _first_line(writer: subprocess.Popen[str]) -> str:
    assert writer.stdout is not None  # noqa: S101 - it is a pipe
    return writer.stdout.readline()


def _post_until_killed(
    address: str, token: str, user: int, films: list[str], acknowledged: Counter[tuple[int, str]]
) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    with requests.Session() as session:
        for film in films:
            if acknowledged[user, film]:
                continue
            # Hidden first: the like takes that back, so each like is two changes or none.
            for kind in ("hide", "like"):
                try:
                    answer = session.post(
                        f"{address}/api/interactions",
                        json={"tconst": film, "kind": kind},
                        headers=headers,
                        timeout=30,
                    )
                except requests.RequestException:
                    return
                if answer.status_code != 200:
                    return
            acknowledged[user, film] += 1


def _wait_until_ready(address: str) -> None:
    for _ in range(600):
        if requests.get(f"{address}/readyz", timeout=30).status_code == 200:
            return
        time.sleep(0.05)
    raise RuntimeError("The server was not ready in half a minute.")


def _some_films(catalogue: Path) -> list[str]:
    with closing(sqlite3.connect(catalogue)) as connection:
        rows = connection.execute("SELECT tconst FROM films ORDER BY tconst LIMIT 5000").fetchall()
    return [tconst for (tconst,) in rows]


def _compare(
    path: Path, acknowledged: Counter[tuple[int, str]], outcome: Outcome, *, groups: bool
) -> None:
    """Open the file as the next start does, and count what is missing, half there or unsound."""
    People(path).close()
    with closing(sqlite3.connect(path)) as connection:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        strangers = connection.execute("PRAGMA foreign_key_check").fetchall()
        rows = connection.execute("SELECT user_id, tconst, kind FROM interactions").fetchall()
    likes = {(user, film) for user, film, kind in rows if kind == InteractionKind.LIKE}
    hidden = {(user, film) for user, film, kind in rows if kind == InteractionKind.HIDE}
    outcome.kills += 1
    outcome.unsound += not sound or bool(strangers)
    outcome.acknowledged, outcome.stored = len(acknowledged), len(likes)
    outcome.lost += len(acknowledged.keys() - likes)
    outcome.half_written += len(likes & hidden) + (_count_half_groups(likes) if groups else 0)


def _count_half_groups(likes: set[tuple[int, str]]) -> int:
    """Return how many groups of three are there in part."""
    groups = Counter((user, film[:-1]) for user, film in likes if int(film[2:-1]) % GROUP == 0)
    return sum(size != GROUP for size in groups.values())


def main() -> None:
    """Kill, compare, print a table; end with 1 when anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--kills", type=int, default=100, help="of two writing processes")
    parser.add_argument("--server-kills", type=int, default=20, help="of the real server")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    header = ["killed", "kills", "acknowledged", "lost", "half-written", "unsound", "stored"]
    outcomes = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "service").mkdir()
        outcomes["two writing processes"] = kill_services(
            folder / "service", kills=asked.kills, seed=asked.seed
        )
        if asked.server_kills:
            data_dir = _prepare(folder)
            outcomes["the server, by its API"] = kill_servers(
                data_dir, folder, kills=asked.server_kills, seed=asked.seed
            )
    print(format_table(header, [outcome.row(kind) for kind, outcome in outcomes.items()]))
    wrong = sum(o.lost + o.half_written + o.unsound for o in outcomes.values())
    sys.exit(1 if wrong else 0)


def _prepare(folder: Path) -> Path:
    data_dir = folder / "data"
    data_dir.mkdir()
    built = PROJECT / "data"
    command = [sys.executable, "-m", "recommender", "build"]
    environ = {"MARQUEE_DATA_DIR": str(data_dir), "PATH": "", "PYTHONPATH": str(PROJECT)}
    if (built / "catalogue.db").is_file() and (built / "model").is_dir():
        shutil.copy(built / "catalogue.db", data_dir)
        shutil.copytree(built / "model", data_dir / "model")
    subprocess.run(command, cwd=PROJECT, env=environ, check=True, stdout=subprocess.DEVNULL)
    return data_dir


if __name__ == "__main__":
    main()
