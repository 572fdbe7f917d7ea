"""Bring IMDb's films in: catalogue and model are built beside those in use, then swapped in."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recommender.catalogue import Catalogue
from recommender.engine import adopt_model, fit_model, save_model
from recommender.settings import Settings

if TYPE_CHECKING:
    from recommender.catalogue.imdb import Downloader, ImportFacts, Tracker, Watch, Workbench


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportRequest:
    """What to import.

    Attributes
    ----------
    source
        A folder with IMDb's files or an address; IMDb's own when empty.
    types
        IMDb's title types that become films.
    min_votes
        Films with fewer votes are left out.
    keep_files
        Whether fetched files stay, so that the next import only asks whether they changed.
    """

    source: str = ""
    types: tuple[str, ...] = ("movie", "tvMovie")
    min_votes: int = 0
    keep_files: bool = False


def import_imdb(
    settings: Settings,
    request: ImportRequest,
    watch: Watch,
    *,
    downloader: Downloader | None = None,
    before_swap: Callable[[], None] | None = None,
) -> ImportFacts:
    """Put IMDb's films in the place of the catalogue, with a model fitted to them.

    Whatever goes wrong before the very end leaves the catalogue as it was. Nobody's likes are
    touched: they name films by tconst.

    Parameters
    ----------
    settings
        Where things are.
    request
        What to import.
    watch
        Told how far it is; what it raises ends the import.
    downloader
        Fetches files; over the network when None.
    before_swap
        Called when everything is built and nothing is swapped yet.

    Raises
    ------
    ImportStopped
        If another import is under way.
    CatalogueError
        If a file cannot be had or is not what IMDb publishes, or the disk refuses.
    ModelError
        If the model cannot be saved.
    """
    # Here and not above: Arrow and HTTP are for imports only, and every start would wait for them.
    from recommender.catalogue.imdb import (  # noqa: PLC0415
        PUBLIC_ADDRESS,
        Choice,
        Step,
        Tracker,
        Workbench,
    )

    source = request.source or PUBLIC_ADDRESS
    tracker = Tracker(watch, fetches=source.startswith(("http://", "https://")))
    choice = Choice(types=request.types, min_votes=request.min_votes)
    with Workbench(settings.imdb_dir).held() as bench:
        facts = bench.build(source, choice, tracker, downloader=downloader)
        _fit(bench, tracker)
        if before_swap is not None:
            before_swap()
        tracker.tell(Step.SWAP, 0.0, "Putting it in place")
        bench.swap_in(settings.catalogue_db)
        adopt_model(bench.model_dir, settings.model_dir)
        if not request.keep_files:
            bench.forget_downloads()
        tracker.tell(Step.SWAP, 1.0, "Ready")
    return facts


def _fit(bench: Workbench, tracker: Tracker) -> None:
    from recommender.catalogue.imdb import Step  # noqa: PLC0415

    def tell(part: float, what: str) -> None:
        _give_back()
        tracker.tell(Step.FIT, part * 0.95, what)

    with Catalogue(bench.database) as catalogue:
        fingerprint = catalogue.fingerprint
    tables = bench.take_tables()
    # Each is handed over and not held here: what credits are made of takes 0.3 GB and is soon used.
    held = [tables.people, tables.roles, tables.films]
    del tables
    model = fit_model(
        held.pop(), held.pop(), people=held.pop(), fingerprint=fingerprint, progress=tell
    )
    save_model(model, bench.model_dir)


def _give_back() -> None:
    """Return to the system what was freed: what one step leaves is not held during the next."""
    import pyarrow as pa  # noqa: PLC0415

    pa.default_memory_pool().release_unused()
    with contextlib.suppress(AttributeError, OSError):  # other C libraries do it by themselves
        ctypes.CDLL(None).malloc_trim(0)
