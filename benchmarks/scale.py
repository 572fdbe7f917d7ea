"""How search and recommendations grow with the catalogue, beside their peers in the same run.

    python benchmarks/scale.py                                  10,000 and 100,000 films
    python benchmarks/scale.py --films 10000 100000 700000      takes a quarter of an hour
    python benchmarks/scale.py --data FOLDER                    a catalogue that is there already

Files shaped like IMDb's are written and imported into a temporary folder; at the end one table says
how everything grew. Processor time stands
beside the clock, because a busy machine doubles the one and not the other. The floor is what no
ranking of every film can beat: one float32 score a film, read and written once, at the bandwidth
measured in the run.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, csr_matrix
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.import_imdb import measure_import
from benchmarks.measure import format_table, percentile
from benchmarks.recommend import naive_features, rank_naively
from benchmarks.search import Fts5, Query
from recommender.catalogue import Catalogue, Filters, Sort
from recommender.engine import (
    Dials,
    ItemFilter,
    Model,
    bridge_films,
    candidates,
    explain_film,
    recommend,
    similar_films,
)
from recommender.entities import Profile
from recommender.service import Marquee
from recommender.settings import load_settings

PROJECT = Path(__file__).resolve().parent.parent
LIKES = (1, 5, 15)
TOP = 24
_FAMOUS = 2_000
_PEER_ROUNDS = 8
_RECALL_PROFILES = 200

Question = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds by the clock and of the processor, one a question."""

    wall: list[float]
    cpu: list[float]

    @classmethod
    def of(cls, questions: Sequence[Question]) -> Times:
        """Return the times of the questions, the first asked once before to warm up."""
        questions[0]()
        wall, cpu = [], []
        for question in questions:
            began, busy = time.perf_counter(), time.thread_time()
            question()
            cpu.append(1000 * (time.thread_time() - busy))
            wall.append(1000 * (time.perf_counter() - began))
        return cls(wall, cpu)

    def cells(self) -> list[str]:
        """Return p50 and p95, by the clock and of the processor."""
        both = (self.wall, self.cpu)
        return [f"{percentile(times, share):.1f}" for times in both for share in (0.5, 0.95)]


def main() -> None:
    """Read the command line, measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--films", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--data", type=Path, help="a data folder with an imported catalogue")
    parser.add_argument("--summary", type=Path, help="with --data: a file for what grows, as JSON")
    parser.add_argument("--rounds", type=int, default=30, help="profiles of each length")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds is at least 1")
    if options.data:
        told = measure(options.data, options.rounds)
        if options.summary:
            options.summary.write_text(json.dumps(told), encoding="utf-8")
        return
    grown: dict[str, list[str]] = {}
    for count in options.films:
        with tempfile.TemporaryDirectory() as folder:
            for name, value in import_and_measure(count, Path(folder), options.rounds).items():
                grown.setdefault(name, []).append(value)
    films = grown.pop("films")
    rows = [[name, *values] for name, values in grown.items()]
    print("\n" + format_table(["growth", *films], rows))


def import_and_measure(count: int, folder: Path, rounds: int) -> dict[str, str]:
    """Write files of ``n`` films, import them, measure, and return the row of the last table."""
    files, data, summary = folder / "files", folder / "data", folder / "summary.json"
    shape = [PROJECT / "benchmarks/imdb_shaped.py", files, "--films", str(count)]
    subprocess.run([sys.executable, *map(str, shape)], check=True, stdout=subprocess.DEVNULL)
    cost = measure_import(files, data)
    # A process of its own: what one size leaves in memory is not the next one's.
    here = [sys.executable, __file__, "--data", str(data), "--summary", str(summary)]
    subprocess.run([*here, "--rounds", str(rounds)], check=True)
    return {
        "films": f"{cost.films:,} films",
        "import, s by the clock / CPU": f"{cost.wall_s:.0f} / {cost.cpu_s:.0f}",
        "import, peak MB": f"{cost.peak_mb:,.0f}",
        "database, MB": f"{cost.database_mb:,.0f}",
        "model, MB": f"{cost.model_mb:,.0f}",
        **json.loads(summary.read_text(encoding="utf-8")),
    }


def measure(data: Path, rounds: int) -> dict[str, str]:
    """Print the tables of one catalogue; return what is set beside other sizes."""
    began, busy = time.perf_counter(), time.process_time()
    marquee = Marquee(load_settings({"MARQUEE_DATA_DIR": str(data)}))
    marquee.prepare()
    marquee.recommend(Profile(), top_n=20)
    took, cpu = time.perf_counter() - began, time.process_time() - busy
    model, catalogue = marquee.model, marquee.catalogue
    threadpool_limits(limits=1, user_api="blas")
    print(f"\n{model.n_films:,} films; database {_megabytes(data / 'catalogue.db')}, ", end="")
    print(f"model {_megabytes(data / 'model')}, opened, first wall {took:.1f} s after the imports ")
    print(f"({cpu:.1f} s of processor), memory then {_memory_mb():,.0f} MB\n")
    gc.collect()
    gc.freeze()  # as the app does once its model is loaded
    header = ["ms", "p50", "p95", "CPU p50", "CPU p95"]
    memory = _memory_mb()
    ranked, searched = ranking_rows(model, rounds), search_rows(catalogue)
    print(f"{format_table(header, ranked)}\n\n{format_table(header, searched)}")
    print(f"\nmemory at the end {_memory_mb():,.0f} MB, with the peers' own tables")
    marquee.close()
    told = [*ranked[: len(LIKES)], *(row for row in searched if not row[0].startswith("-"))]
    return {
        "start to first wall, s": f"{took:.1f}",
        "memory then, MB": f"{memory:,.0f}",
        **{f"{name}, CPU ms p50 / p95": f"{p50} / {p95}" for name, *_, p50, p95 in told},
    }


def ranking_rows(model: Model, rounds: int) -> list[list[str]]:
    """Return what recommending takes, Marquee first, then the peers (15 likes, no reasons)."""
    rng = np.random.default_rng(0)
    famous = np.argsort(-model.votes, kind="stable")[:_FAMOUS]
    rows = []
    for likes in LIKES:
        chosen = [rng.choice(famous, likes, replace=False) for _ in range(rounds)]
        profiles = [Profile(likes=tuple(map(model.tconst, picked.tolist()))) for picked in chosen]
        times = Times.of([partial(recommend, model, profile) for profile in profiles])
        rows.append([f"Marquee, likes: {likes}, with reasons", *times.cells()])
    features = csr_array(naive_features(model))
    peers: dict[str, Callable[[npt.NDArray[np.int64]], object]] = {
        "naive cosine_similarity and sort": partial(rank_naively, features),
        "whole matrix, sparse product": partial(rank_by_product, features),
        "NearestNeighbors, brute": partial(rank_by_neighbours, fit_neighbours(features)),
    }
    if dotted := find_top_dot(features):
        peers["sparse_dot_topn"] = dotted
    for name, rank in peers.items():
        times = Times.of([partial(rank, picked) for picked in chosen[:_PEER_ROUNDS]])
        rows.append([name, *times.cells()])
    rows += beside_rows(model, profiles[:_PEER_ROUNDS])
    # Both in turns: a busy minute is then as long for the one as for the other.
    took = [
        (
            Times.of([partial(recommend, model, profile)]).cpu[0],
            Times.of([partial(rank_naively, features, picked)]).cpu[0],
        )
        for profile, picked in zip(profiles[:_PEER_ROUNDS], chosen, strict=False)
    ]
    ratio = float(np.median([naive / ours for ours, naive in took]))
    rows.append(["naive over Marquee, in turns", "", "", f"{ratio:.1f}x", ""])
    rows += recall_rows(model)
    floor = 2 * 4 * model.n_films / _bandwidth() * 1000
    return [*rows, ["floor: one score a film through memory", f"{floor:.2f}", "", "", ""]]


def recall_rows(model: Model) -> list[list[str]]:
    """Return how much of a full scan's top 24 two-stage retrieval finds, by options.

    Half of the 200 profiles like well-known films, half films drawn by the root of their votes.
    """
    if model.n_films <= candidates.MAX_FULL_SCAN:
        return []
    rng = np.random.default_rng(1)
    famous = np.argsort(-model.votes, kind="stable")[:_FAMOUS]
    drawn = np.sqrt(model.votes) / np.sqrt(model.votes).sum()
    profiles = []
    for turn in range(_RECALL_PROFILES):
        likes = LIKES[turn % len(LIKES)]
        if turn % 2:
            picked = rng.choice(model.n_films, likes, replace=False, p=drawn)
        else:
            picked = rng.choice(famous, likes, replace=False)
        profiles.append(Profile(likes=tuple(map(model.tconst, picked.tolist()))))
    asked: dict[str, tuple[Dials, ItemFilter, int]] = {
        "200 profiles": (Dials(), ItemFilter(), _RECALL_PROFILES),
        "40 of them, hidden gems": (Dials(hidden_gems=1.0), ItemFilter(), 40),
        "40 of them, new": (Dials(newness=1.0), ItemFilter(), 40),
        "40 of them, dramas": (Dials(), ItemFilter(genres=("Drama",)), 40),
    }
    rows = []
    for name, (dials, filters, count) in asked.items():
        ask = partial(recommend, model, top_n=TOP, dials=dials, filters=filters, with_reasons=False)
        shares = []
        for profile in profiles[:count]:
            found = {each.tconst for each in ask(profile)}
            with mock.patch.object(candidates, "MAX_FULL_SCAN", model.n_films):
                wanted = {each.tconst for each in ask(profile)}
            shares.append(len(found & wanted) / len(wanted))
        rows.append([f"recall of a full scan's top {TOP}, {name}", f"{np.mean(shares):.4f}"])
    return [[*row, "", "", ""] for row in rows]


def beside_rows(model: Model, profiles: Sequence[Profile]) -> list[list[str]]:
    """Return what everything else takes that a page asks of the model."""
    few = ItemFilter(genres=("Western",), year_from=2000)
    asked: dict[str, Callable[[Profile], object]] = {
        "15 likes, hidden gems": lambda p: recommend(model, p, dials=Dials(hidden_gems=1.0)),
        "15 likes, well known": lambda p: recommend(model, p, dials=Dials(hidden_gems=0.0)),
        "15 likes, old": lambda p: recommend(model, p, dials=Dials(newness=0.0)),
        "15 likes, new": lambda p: recommend(model, p, dials=Dials(newness=1.0)),
        "15 likes, Westerns since 2000": lambda p: recommend(model, p, filters=few),
        "nothing liked": lambda p: recommend(model, Profile(seen=p.likes)),
        "similar films": lambda p: similar_films(model, p.likes[0]),
        "bridge": lambda p: bridge_films(model, *p.likes[:2]),
        "explain one film": lambda p: explain_film(model, p, model.tconst(0)),
    }
    return [
        [name, *Times.of([partial(ask, profile) for profile in profiles]).cells()]
        for name, ask in asked.items()
    ]


def rank_by_product(features: csr_array, rows: npt.NDArray[np.int64]) -> object:
    """Return the best by one float32 product of the whole matrix, partitioned."""
    scores = features @ np.asarray(features[rows].mean(axis=0), np.float32).ravel()
    return np.argpartition(-scores, TOP)[:TOP]


def fit_neighbours(features: csr_array) -> tuple[NearestNeighbors, csr_array]:
    """Return scikit-learn's search by cosine over all films, and the films."""
    wanted = NearestNeighbors(n_neighbors=TOP, metric="cosine", algorithm="brute")
    return wanted.fit(features), features


def rank_by_neighbours(
    fitted: tuple[NearestNeighbors, csr_array], rows: npt.NDArray[np.int64]
) -> object:
    """Return the nearest to the mean of the likes."""
    neighbours, features = fitted
    mean = np.asarray(features[rows].mean(axis=0)).reshape(1, -1)
    return neighbours.kneighbors(csr_matrix(mean), return_distance=False)


def find_top_dot(features: csr_array) -> Callable[[npt.NDArray[np.int64]], object] | None:
    """Return the top products of sparse_dot_topn, None when it is not installed."""
    try:
        from sparse_dot_topn import sp_matmul_topn  # type: ignore[import-not-found] # noqa: PLC0415
    except ImportError:
        return None
    turned = csr_matrix(features.T)

    def rank(rows: npt.NDArray[np.int64]) -> object:
        mean = csr_matrix(np.asarray(features[rows].mean(axis=0)).reshape(1, -1))
        return sp_matmul_topn(mean, turned, top_n=TOP)

    return rank


def search_rows(catalogue: Catalogue) -> list[list[str]]:
    """Return what search takes by kind of query, each beside FTS5 alone."""
    alone = Fts5(catalogue.path)
    rows = []
    for kind, texts in queries(catalogue).items():
        times = Times.of([partial(catalogue.search, text, limit=40) for text in texts])
        rows.append([kind, *times.cells()])
        strip_invisible = Times.of([partial(alone.search, Query(text)) for text in texts])
        rows.append(["- FTS5 alone, titles only", *strip_invisible.cells()])
    alone.close()
    for kind, questions in narrowed(catalogue).items():
        rows.append([kind, *Times.of(questions).cells()])
    return rows


def narrowed(catalogue: Catalogue) -> dict[str, list[Question]]:
    """Return searches with filters, in other orders and of later pages, by kind."""
    begun = [
        "",
        "s",
        "the",
        "drama",
        "1990s",
        *(f.primary_title[:3] for f in catalogue.search("").films[:5]),
    ]
    filters = [
        Filters(genres=("Drama",)),
        Filters(genres=("Drama", "Comedy"), all_genres=True),
        Filters(year_from=1990, year_to=1999, min_rating=7.0),
        Filters(max_runtime_min=90),
    ]
    asked = {"filters": [(Sort.RELEVANCE, 0)], "highest rated": [(Sort.RATING, 0)]}
    asked |= {"newest": [(Sort.YEAR, 0)], "tenth page": [(sort, 360) for sort in Sort]}
    return {
        f"with filters, {kind}" if kind != "filters" else "with filters": [
            partial(catalogue.search, text, filters=narrow, sort=sort, limit=40, offset=offset)
            for text in begun
            for narrow in filters
            for sort, offset in orders
        ]
        for kind, orders in asked.items()
    }


def queries(catalogue: Catalogue) -> dict[str, list[str]]:
    """Return queries by kind, drawn from films known and less known of this catalogue."""
    count = catalogue.count_films()
    films = [*catalogue.list_popular(limit=20)]
    films += catalogue.list_popular(limit=20, offset=min(count // 30, 20_000))
    titles = [film.primary_title for film in films]
    names = [film.directors[0] for film in films if film.directors][::4]
    begun = {n: sorted({title[:n].lower() for title in titles if len(title) > n}) for n in (2, 3)}
    return {
        "1 letter": list("abcdefghijklmnopqrstuvwxyz"),
        "2 letters": begun[2],
        "3 letters": begun[3],
        "title, letter by letter": [t[:n] for t in titles[::6] for n in range(4, len(t) + 1)],
        "person, letter by letter": [n[:k] for n in names for k in range(3, len(n) + 1)],
        "title and year": [f"{film.primary_title} {film.start_year}" for film in films[::2]],
        "genre or decade": ["drama", "comedy", "western", "1990s", "1990s crime"],
        "typing error": [t[:2] + t[3:] for t in titles[::4] if len(t) > 5],
        "nothing found": ["qqxzvvw", "zzyzzx wqpt", "xkcdvv 9999"],
    }


def _megabytes(path: Path) -> str:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return f"{sum(file.stat().st_size for file in files) / 1e6:,.0f} MB"


def _memory_mb() -> float:
    """Return the resident memory, with the mapped files' pages that are shared."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    told = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(told.split()[1]) / 1024


def _bandwidth() -> float:
    """Return bytes a second that a copy reads and writes."""
    source = np.ones(2**26, np.uint8)
    target = np.empty_like(source)
    best = min(_seconds(partial(np.copyto, target, source)) for _ in range(5))
    return 2 * source.nbytes / best


def _seconds(call: Question) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
