"""Build a catalogue of IMDb's files in a staging folder, then swap it in."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from recommender.catalogue.build import Origin
from recommender.catalogue.database import cannot_be_written, move_into_place
from recommender.catalogue.imdb.columns import Choice, Imported
from recommender.catalogue.imdb.download import (
    Downloader,
    fetch_files,
    find_files,
    forget_files,
    is_address,
)
from recommender.catalogue.imdb.join import Collector
from recommender.catalogue.imdb.progress import Step, Tracker
from recommender.catalogue.imdb.reading import Reading
from recommender.catalogue.imdb.schemas import FileSchema
from recommender.catalogue.imdb.writing import ColumnContent
from recommender.catalogue.integrity import identity_of, inspect_catalogue, mark_verified
from recommender.catalogue.row_writer import write_database
from recommender.catalogue.tables import CatalogueTables
from recommender.errors import CatalogueError, FilmFileError, ImportStopped

_DATABASE, _MODEL, _LOCK = "catalogue.db", "model", "import.lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportFacts:
    """Summary of an import.

    Attributes
    ----------
    films, people, credits
        Row counts of the new catalogue.
    left_out
        Number of rows left out, by kind of row and reason: ``{"films without a year": 2}``.
    mended
        Repaired rows, each with file and line.
    """

    films: int
    people: int
    credits: int
    left_out: dict[str, int]
    mended: tuple[str, ...]


class StagedBuild:
    """Staging folder of an import, locked by one import at a time.

    Parameters
    ----------
    folder
        On the same disk as the catalogue, so that a rename swaps it in.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tables: CatalogueTables | None = None

    @property
    def database(self) -> Path:
        """Path of the new catalogue before the swap."""
        return self.folder / _DATABASE

    @property
    def model_dir(self) -> Path:
        """Path of the new model before the swap."""
        return self.folder / _MODEL

    @contextlib.contextmanager
    def held(self) -> Iterator[StagedBuild]:
        """Lock the folder, and remove the files of a killed import except downloads.

        Raises
        ------
        ImportStopped
            If another import is running.
        CatalogueError
            If the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with _locked(self.folder / _LOCK):
                self.clear()
                try:
                    yield self
                finally:
                    self.clear()
        except OSError as error:
            raise cannot_be_written(self.folder, error) from error

    def clear(self) -> None:
        """Remove built files; downloads stay."""
        for name in (_DATABASE, f"{_DATABASE}-journal"):
            (self.folder / name).unlink(missing_ok=True)
        shutil.rmtree(self.model_dir, ignore_errors=True)

    def build(
        self,
        source: str,
        choice: Choice,
        tracker: Tracker,
        *,
        downloader: Downloader | None = None,
    ) -> ImportFacts:
        """Build a new catalogue in the staging folder.

        Parameters
        ----------
        source
            Folder or URL of IMDb's files.
        choice
            Selection of titles.
        tracker
            Receives the progress; an exception of its watcher stops the import.
        downloader
            Downloads the files.

        Raises
        ------
        DownloadFailed
            If a file cannot be downloaded.
        FilmFileError
            If a file is missing, damaged, or not of IMDb.
        CatalogueError
            If the catalogue cannot be written.
        """
        fetched = is_address(source)
        if fetched:
            files = fetch_files(source, self.folder, tracker, downloader or Downloader())
        else:
            files = find_files(Path(source))
        watcher = _ReadingWatcher(files, tracker)
        try:
            imported = Collector(files, choice, watcher).collect()
        except FilmFileError:
            if fetched:  # the next import fetches a damaged file again
                forget_files(self.folder, watcher.names[-1:])
            raise
        return self._write(imported, source, files, tracker, watcher.rows)

    def forget_downloads(self) -> None:
        """Remove downloaded files."""
        forget_files(self.folder)

    def _write(
        self,
        imported: Imported,
        source: str,
        files: dict[str, Path],
        tracker: Tracker,
        rows: int,
    ) -> ImportFacts:
        facts = ImportFacts(
            films=len(imported.films),
            people=len(imported.people),
            credits=len(imported.credits.film),
            left_out=imported.left_out,
            mended=tuple(imported.mended),
        )
        newest = max(path.stat().st_mtime for path in files.values())
        meta = {
            "origin": Origin.IMDB.value,
            "source": f"IMDb's data sets of {datetime.fromtimestamp(newest, UTC):%Y-%m-%d}",
            "source_path": source,
            "source_sha256": imported.fingerprint,
        }
        content = ColumnContent(imported)

        def report(part: float, what: str) -> None:
            written = f": {content.written:,} of {content.films:,} films" if part < 1 else ""
            tracker.tell(Step.WRITE, part, f"{what}{written}", rows=rows)

        try:
            write_database(self.database, content, meta, report)
            self.database.chmod(0o644)
        except (OSError, sqlite3.OperationalError) as error:
            raise cannot_be_written(self.database, error) from error
        # Checked here, because the next start would wait for it.
        found = inspect_catalogue(self.database)
        if not found.healthy:
            raise CatalogueError(f"The new catalogue cannot be used: {found.fault}. Try again.")
        self._tables = content.tables()
        pa.default_memory_pool().release_unused()
        return facts

    def take_tables(self) -> CatalogueTables:
        """Return the tables that ``Catalogue.read_tables`` would read, and release them.

        Raises
        ------
        CatalogueError
            If nothing was built.
        """
        tables, self._tables = self._tables, None
        if tables is None:
            raise CatalogueError("No catalogue was built yet.")
        return tables

    def swap_in(self, target: Path) -> None:
        """Swap the new catalogue in.

        Raises
        ------
        CatalogueError
            If the swap fails; the old catalogue stays.
        """
        identity = identity_of(self.database)
        try:
            move_into_place(self.database, target)
        except OSError as error:
            raise cannot_be_written(target, error) from error
        if identity is not None:
            mark_verified(target, identity)


class _ReadingWatcher:
    """Sum of the progress of all files."""

    def __init__(self, files: dict[str, Path], tracker: Tracker) -> None:
        self._tracker = tracker
        self._total = sum(path.stat().st_size for path in files.values())
        self._readings: dict[str, Reading] = {}

    def __call__(self, shape: FileSchema, reading: Reading) -> None:
        self._readings[shape.name] = reading
        done = sum(known.bytes_read for known in self._readings.values())
        self._tracker.tell(
            Step.READ,
            done / max(self._total, 1),
            f"Reading {shape.name}: {reading.rows:,} rows",
            bytes_done=done,
            bytes_total=self._total,
            rows=self.rows,
        )

    @property
    def names(self) -> list[str]:
        """Names of the files begun so far."""
        return list(self._readings)

    @property
    def rows(self) -> int:
        """Number of rows read from all files."""
        return sum(reading.rows for reading in self._readings.values())


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that the operating system releases when the process ends."""
    with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise ImportStopped(
                    "Another import is under way; wait until it is done."
                ) from error
            raise CatalogueError(f"{path.parent} cannot be written to: {error}.") from error
        try:
            yield
        finally:
            lock.rollback()
