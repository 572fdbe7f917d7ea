"""Where IMDb's files come from: a folder, or an address they are fetched from first."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from recommender.catalogue.imdb.download import Downloader, forget_file
from recommender.catalogue.imdb.progress import Step, Tracker
from recommender.catalogue.imdb.schemas import FILE_SCHEMAS
from recommender.errors import FilmFileError

PUBLIC_ADDRESS = "https://datasets.imdbws.com/"
"""Where IMDb publishes its data sets for personal and non-commercial use, every day."""


def is_address(source: str) -> bool:
    """Return whether a source is an address and not a folder."""
    return urlsplit(source).scheme in {"http", "https"}


def find_files(folder: Path) -> dict[str, Path]:
    """Return the path of each file, by its name without ``.tsv.gz``.

    A file that a browser unpacked lies there as ``.tsv``; the gzipped one is preferred.

    Raises
    ------
    FilmFileError
        If one is missing.
    """
    files: dict[str, Path] = {}
    missing = []
    for shape in FILE_SCHEMAS:
        packed = folder / shape.file_name
        found = next((path for path in (packed, packed.with_suffix("")) if path.is_file()), None)
        if found is None:
            missing.append(shape.file_name)
        else:
            files[shape.name] = found
    if missing:
        raise FilmFileError(f"{folder} lacks these files: {', '.join(missing)}.")
    return files


def fetch_files(
    address: str, folder: Path, tracker: Tracker, downloader: Downloader
) -> dict[str, Path]:
    """Fetch the files as far as they are not there yet; return where each is.

    Parameters
    ----------
    address
        Of the folder they are published in.
    folder
        Where they go.
    tracker
        Told how many bytes there are.
    downloader
        Fetches them.

    Raises
    ------
    DownloadFailed
        If one cannot be had.
    """
    base = address if address.endswith("/") else f"{address}/"
    sizes = {shape.name: downloader.size_of(base + shape.file_name) for shape in FILE_SCHEMAS}
    files: dict[str, Path] = {}
    for number, shape in enumerate(FILE_SCHEMAS):
        done = sum(path.stat().st_size for path in files.values())

        def tell(
            there: int,
            total: int | None,
            done: int = done,
            number: int = number,
            name: str = shape.name,
        ) -> None:
            sizes[name] = total
            known = [size for size in sizes.values() if size]
            whole = sum(known) if len(known) == len(FILE_SCHEMAS) else 0
            part = (done + there) / whole if whole else (number + bool(total)) / len(FILE_SCHEMAS)
            tracker.tell(
                Step.FETCH,
                part,
                f"Fetching {name}",
                bytes_done=done + there,
                bytes_total=whole,
            )

        files[shape.name] = downloader.fetch(base + shape.file_name, folder / shape.file_name, tell)
    return files


def forget_files(folder: Path, names: Collection[str] | None = None) -> None:
    """Remove what was fetched into a folder: all of it, or only the files of these names."""
    for shape in FILE_SCHEMAS:
        if names is None or shape.name in names:
            forget_file(folder / shape.file_name)
