"""Compare ways to read IMDb's largest file: who plays in the films that have votes.

Each reader runs in a process of its own and ends with the same three arrays; Polars and DuckDB
take part when they are installed (they are not needed by Marquee).

    python benchmarks/imdb_shaped.py FOLDER --films 700000
    python benchmarks/imdb_readers.py FOLDER
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib.util
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import format_table

Numbers = npt.NDArray[np.int64]
CAST = ("actor", "actress", "self")
_COLUMNS = ("tconst", "ordering", "nconst", "category")


def wanted_films(folder: Path) -> Numbers:
    """Return the sorted ids of the films that have votes."""
    with gzip.open(folder / "title.ratings.tsv.gz", "rt", encoding="utf-8") as file:
        next(file)
        return np.array([int(line[2 : line.index("\t")]) for line in file])


def read_with_csv(path: Path, wanted: Numbers) -> list[Numbers]:
    """Return film, place and person of every credit, row by row."""
    films = set(wanted.tolist())
    found: list[list[int]] = [[], [], []]
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        for row in reader:
            if row[3] in CAST and (film := int(row[0][2:])) in films:
                for column, value in zip(found, (film, int(row[1]), int(row[2][2:])), strict=True):
                    column.append(value)
    return [np.array(column) for column in found]


def read_with_pandas(path: Path, wanted: Numbers) -> list[Numbers]:
    """Return the same by pandas, a million rows at a time."""
    import pandas as pd  # noqa: PLC0415

    parts = []
    for chunk in pd.read_csv(
        path, sep="\t", quoting=csv.QUOTE_NONE, usecols=list(_COLUMNS), chunksize=1_000_000
    ):
        cast = chunk[chunk["category"].isin(CAST)]
        film = cast["tconst"].str[2:].astype("int64").to_numpy()
        kept = np.isin(film, wanted)
        person = cast["nconst"].str[2:].astype("int64").to_numpy()
        parts.append((film[kept], cast["ordering"].to_numpy()[kept], person[kept]))
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def read_with_polars(path: Path, wanted: Numbers) -> list[Numbers]:
    """Return the same by Polars' streaming engine."""
    import polars as pl  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415

    rows = pl.scan_csv(path, separator="\t", quote_char=None, null_values="\\N")
    found = (
        rows.filter(pl.col("category").is_in(CAST))
        .select(
            pl.col("tconst").str.slice(2).cast(pl.Int64),
            pl.col("ordering").cast(pl.Int64),
            pl.col("nconst").str.slice(2).cast(pl.Int64),
        )
        .join(pl.LazyFrame({"tconst": wanted}), on="tconst", how="semi")
        .collect(engine="streaming")
    )
    return [found[name].to_numpy() for name in ("tconst", "ordering", "nconst")]


def read_with_duckdb(path: Path, wanted: Numbers) -> list[Numbers]:
    """Return the same by DuckDB, limited to a gigabyte of memory."""
    import duckdb  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415

    connection = duckdb.connect(config={"memory_limit": "1GB", "threads": 2})
    films = {"film": wanted}
    connection.register("films", pa.table(films))
    found = connection.execute(
        """
        SELECT tconst[3:]::BIGINT AS film, ordering::BIGINT AS place, nconst[3:]::BIGINT AS person
        FROM read_csv(?, delim='\t', quote='', escape='', header=true, all_varchar=true)
        WHERE category IN ('actor', 'actress', 'self') AND film IN (SELECT film FROM films)
        """,
        [str(path)],
    ).fetchnumpy()
    return [np.asarray(found[name]) for name in ("film", "place", "person")]


def read_with_arrow(path: Path, wanted: Numbers) -> list[Numbers]:
    """Return the same by the reader that Marquee imports with."""
    from recommender.catalogue.imdb.reading import read_table  # noqa: PLC0415
    from recommender.catalogue.imdb.schemas import PRINCIPALS  # noqa: PLC0415

    parts = []
    for block in read_table(path, PRINCIPALS, only=wanted):
        cast = block.filter(pc.is_in(block["category"], value_set=pa.array(CAST)))
        parts.append([cast[name].to_numpy() for name in ("tconst", "ordering", "nconst")])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


READERS: dict[str, Callable[[Path, Numbers], list[Numbers]]] = {
    "csv module": read_with_csv,
    "pandas chunks": read_with_pandas,
    "polars": read_with_polars,
    "duckdb": read_with_duckdb,
    "pyarrow blocks": read_with_arrow,
}
_NEEDS = {"polars": "polars", "duckdb": "duckdb"}


def _run_alone(name: str, folder: Path) -> None:
    """Print seconds, processor seconds, peak megabytes, rows and a checksum of one reader."""
    wanted = wanted_films(folder)
    begun = time.perf_counter()
    found = READERS[name](folder / "title.principals.tsv.gz", wanted)
    took = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_SELF)
    checksum = sum(int(column.sum()) for column in found) % 10**9
    print(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, len(found[0]), checksum)


def _measure(name: str, folder: Path) -> list[str]:
    if name in _NEEDS and importlib.util.find_spec(_NEEDS[name]) is None:
        return [name, "not installed", "", "", "", ""]
    command = [sys.executable, __file__, str(folder), "--alone", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return [name, "failed", done.stderr.strip().splitlines()[-1][:60], "", "", ""]
    took, processor, peak, rows, checksum = done.stdout.split()
    return [
        name,
        f"{float(took):.1f}",
        f"{float(processor):.1f}",
        f"{float(peak):,.0f}",
        f"{int(rows):,}",
        checksum,
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="from imdb_shaped.py")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        _run_alone(asked.alone, asked.folder)
        return
    rows: list[Any] = [_measure(name, asked.folder) for name in READERS]
    print(format_table(["reader", "s", "CPU s", "peak MB", "credits", "checksum"], rows))


if __name__ == "__main__":
    main()
