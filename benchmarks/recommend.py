"""How long a recommendation takes, beside the ways it is usually done.

    python benchmarks/recommend.py                        the bundled catalogue
    python benchmarks/recommend.py --films 100000         a made-up catalogue of that size

Peers, in the same run and over the same features: the mean profile's `cosine_similarity` with
every film and a full sort, and a dense n x n similarity matrix (its build time and size; above
20,000 films only its size, reckoned).
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, hstack
from sklearn.metrics.pairwise import cosine_similarity
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from recommender.engine import Model, fit_model, recommend
from recommender.entities import Profile

BUNDLED = Path(__file__).resolve().parent.parent / "data" / "films.csv.gz"
DENSE_AT_MOST = 20_000
ROUNDS = 60


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--films", type=int, help="size of a made-up catalogue")
    arguments = parser.parse_args()
    threadpool_limits(limits=1, user_api="blas")  # as the app does
    tables = made_up(arguments.films) if arguments.films else bundled()
    start = time.perf_counter()
    model = fit_model(*tables)
    print(f"{model.n_films} films, fitted in {time.perf_counter() - start:.1f} s")
    gc.collect()
    gc.freeze()  # as the app does once its model is loaded
    features = naive_features(model)
    rng = np.random.default_rng(0)
    famous = np.argsort(-model.votes, kind="stable")[: min(2000, model.n_films)]
    print(f"{'likes':>5} {'Marquee':>16} {'naive cosine':>16} {'ratio':>6}   (ms, median / p95)")
    for likes in (1, 5, 15):
        profiles = [rng.choice(famous, likes, replace=False) for _ in range(ROUNDS)]
        ours = timed(
            [
                partial(recommend, model, Profile(likes=tuple(map(model.tconst, rows.tolist()))))
                for rows in profiles
            ]
        )
        naive = timed([partial(rank_naively, features, rows) for rows in profiles])
        print(
            f"{likes:>5} {ours[0]:>8.2f} /{ours[1]:>6.2f} {naive[0]:>8.2f} /{naive[1]:>6.2f} "
            f"{naive[0] / ours[0]:>6.2f}"
        )
    print_dense(features)


def timed(questions: Sequence[Callable[[], object]]) -> tuple[float, float]:
    """Return median and 95th percentile of the questions' times, in milliseconds, warm."""
    questions[0]()
    gc.collect()
    spent = []
    for question in questions:
        start = time.perf_counter()
        question()
        spent.append(1000.0 * (time.perf_counter() - start))
    return float(np.median(spent)), float(np.percentile(spent, 95))


def rank_naively(features: csr_array, rows: np.ndarray) -> np.ndarray:
    """Return the films nearest to the mean of the likes: one cosine a film, all sorted."""
    mean = np.asarray(features[rows].mean(axis=0)).reshape(1, -1)
    return np.argsort(-cosine_similarity(mean, features)[0])[:24]


def naive_features(model: Model) -> csr_array:
    """Return people and genres side by side, as the usual recipe has them."""
    genres = model.genre_sets[model.genre_set]
    return csr_array(hstack([model.people.forward * 0.75, genres * 0.25]))


def print_dense(features: csr_array) -> None:
    """Print the size and cost of a dense n x n similarity matrix."""
    count = features.shape[0]
    size = count * count * 8 / 1e9
    if count > DENSE_AT_MOST:
        print(f"dense n x n matrix: {size:.1f} GB (reckoned, not built)")
        return
    start = time.perf_counter()
    similarity = cosine_similarity(features)
    built = time.perf_counter() - start
    look_up = timed([partial(np.argsort, -similarity[row]) for row in range(ROUNDS)])
    print(
        f"dense n x n matrix: {size:.1f} GB, built in {built:.1f} s, "
        f"one look-up {look_up[0]:.2f} ms (one like, no reasons)"
    )


def bundled() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return films and credits of the bundled catalogue."""
    films = pd.read_csv(BUNDLED, keep_default_na=False)
    return films, pd.concat(
        [
            credits_of(films, "directors", "director"),
            credits_of(films, "writers", "writer"),
            credits_of(films, "cast", "cast"),
        ],
        ignore_index=True,
    )


def credits_of(films: pd.DataFrame, column: str, category: str) -> pd.DataFrame:
    """Return one line a credit from a column of names with '|' between them."""
    table = films[["tconst"]].assign(name=films[column].str.split("|")).explode("name")
    table = table[table["name"].fillna("") != ""]
    return table.assign(
        person_id=table["name"],
        category=category,
        ordering=table.groupby("tconst").cumcount() + 1,
    )


def made_up(count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a catalogue of any size, shaped like the bundled one: its films, shuffled and cut.

    Names get a number, so that people have about as many films each as in the bundled one.
    """
    films, credited = bundled()
    rng = np.random.default_rng(0)
    copies = -(-count // len(films))
    many_films, many_credits = [], []
    for copy in range(copies):
        suffix = f"{copy:02d}"
        many_films.append(
            films.assign(
                tconst=films["tconst"] + suffix,
                primaryTitle=films["primaryTitle"] + f" {suffix}" * (copy > 0),
                numVotes=(films["numVotes"] * rng.uniform(0.01, 1.0, len(films))).astype(int),
                startYear=rng.permutation(films["startYear"].to_numpy()),
            )
        )
        strangers = credited["name"] + np.where(rng.random(len(credited)) < 0.7, suffix, "")
        many_credits.append(
            credited.assign(tconst=credited["tconst"] + suffix, person_id=strangers)
        )
    kept = pd.concat(many_films, ignore_index=True).head(count)
    everyone = pd.concat(many_credits, ignore_index=True)
    return kept, everyone[everyone["tconst"].isin(kept["tconst"])]


if __name__ == "__main__":
    main()
