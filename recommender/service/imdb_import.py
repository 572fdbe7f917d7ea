"""Import of IMDb's files: build catalogue and model beside those in use, then swap both in.

Pages start the import in a process of its own (`ImportRun`): in the server's process it would take
processor time and memory from the pages, and could not be stopped within a step.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from recommender.catalogue import Catalogue
from recommender.catalogue.imdb import (
    PUBLIC_ADDRESS,
    Choice,
    ImportFacts,
    StagedBuild,
    Step,
    Tracker,
    Watch,
)
from recommender.engine import adopt_model, fit_model, save_model
from recommender.service.startup import Stage
from recommender.settings import PROJECT_DIR, Settings

_STOP_TIMEOUT_S = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportRequest:
    """What to import.

    Attributes
    ----------
    source : folder or address of IMDb's files; IMDb's own address when empty
    types : IMDb's title types that become films
    min_votes : minimum number of votes of a film
    keep_files : whether downloads are kept, so that the next import fetches changed files only
    """

    source: str = ""
    types: tuple[str, ...] = ("movie", "tvMovie")
    min_votes: int = 0
    keep_files: bool = False


def import_imdb(
    settings: Settings,
    request: ImportRequest,
    watch: Watch,
) -> ImportFacts:
    """Replace the catalogue by IMDb's films, and the model by one fitted to them.

    An error before the swap leaves both as they were. People's data is never touched.

    Parameters
    ----------
    watch : receives progress; an exception that it raises ends the import

    Raises
    ------
    ImportStopped
        If another import runs.
    CatalogueError
        If a file is missing or has another format, or the disk is full.
    ModelError
        If the model cannot be saved.
    """
    source = request.source or PUBLIC_ADDRESS
    tracker = Tracker(watch, fetches=source.startswith(("http://", "https://")))
    choice = Choice(types=request.types, min_votes=request.min_votes)
    with StagedBuild(settings.imdb_dir).held() as bench:
        facts = bench.build(source, choice, tracker)
        _fit(bench, tracker)
        tracker.tell(Step.SWAP, 0.0, "Putting it in place")
        bench.swap_in(settings.catalogue_db)
        adopt_model(bench.model_dir, settings.model_dir)
        if not request.keep_files:
            bench.forget_downloads()
        tracker.tell(Step.SWAP, 1.0, "Ready")
    return facts


def _fit(bench: StagedBuild, tracker: Tracker) -> None:
    def tell(part: float, what: str) -> None:
        _free_memory()
        tracker.tell(Step.FIT, part * 0.95, what)

    with Catalogue(bench.database) as catalogue:
        fingerprint = catalogue.fingerprint
    tables = bench.take_tables()
    # No reference stays here: the tables of credits take 0.3 GB and are freed while fitting.
    held = [tables.people, tables.roles, tables.films]
    del tables
    model = fit_model(
        held.pop(), held.pop(), people=held.pop(), fingerprint=fingerprint, progress=tell
    )
    save_model(model, bench.model_dir)


def _free_memory() -> None:
    """Return freed memory to the system, so that the next step does not add to it."""
    pa.default_memory_pool().release_unused()
    with contextlib.suppress(AttributeError, OSError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportState:
    """Progress of an import.

    Attributes
    ----------
    stage : idle before the first import and after a stopped one
    fraction : share of the import that is done, 0 to 1
    text : current step, or the result
    bytes_done, bytes_total : bytes of the files while they are fetched or read; 0 in other steps
    seconds_left : estimated time to the end; None while it is unknown
    facts : result of a finished import: counts of films, people, credits, ``left_out``
    """

    stage: Stage = Stage.IDLE
    fraction: float = 0.0
    text: str = ""
    bytes_done: int = 0
    bytes_total: int = 0
    seconds_left: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class ImportRun:
    """Runs ``import-imdb`` as a child process and follows its progress; one at a time.

    Parameters
    ----------
    settings : data folder of the import
    command : program to which the options are added; Marquee's own when None
    """

    def __init__(self, settings: Settings, *, command: Sequence[str] | None = None) -> None:
        self._settings = settings
        self._command = command or (sys.executable, "-m", "recommender", "import-imdb")
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False
        self._state = ImportState()
        self._finished = threading.Event()

    @property
    def state(self) -> ImportState:
        """Current progress."""
        return self._state

    def start(self, request: ImportRequest) -> bool:
        """Start an import unless one runs; return whether it started."""
        with self._lock:
            if self._state.stage is Stage.RUNNING:
                return False
            self._stopped = False
            self._finished.clear()
            self._state = ImportState(stage=Stage.RUNNING, text="Starting")
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own program and options
                    [*self._command, "--progress-json", *_options(request)],
                    cwd=PROJECT_DIR,
                    env={**os.environ, "MARQUEE_DATA_DIR": str(self._settings.data_dir)},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                )
            except OSError as error:
                self._state = ImportState(
                    stage=Stage.FAILED, text=f"The import cannot be started: {error}."
                )
                self._finished.set()
                return False
        threading.Thread(
            target=self._follow, args=(self._process,), name="import", daemon=True
        ).start()
        return True

    def stop(self) -> None:
        """Stop a running import and wait until it has deleted its files."""
        with self._lock:
            process = self._process
            self._stopped = True
        if process is None or process.poll() is not None:
            return
        process.terminate()
        if not self.wait(_STOP_TIMEOUT_S):
            process.kill()
            self.wait(_STOP_TIMEOUT_S)

    def wait(self, timeout_s: float) -> bool:
        """Wait at most ``timeout_s`` seconds for the end; return whether no import runs."""
        return self._state.stage is not Stage.RUNNING or self._finished.wait(timeout_s)

    def _follow(self, process: subprocess.Popen[str]) -> None:
        errors: list[str] = []
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018
        drain = threading.Thread(target=errors.extend, args=(process.stderr,), daemon=True)
        drain.start()
        facts: dict[str, Any] | None = None
        with process.stdout, process.stderr:
            for line in process.stdout:
                with contextlib.suppress(ValueError, TypeError, KeyError):
                    message = json.loads(line)
                    facts = message.get("done", facts)
                    self._update(message.get("progress", {}))
            code = process.wait()
            drain.join()
        if facts is not None and code == 0:
            self._end(Stage.DONE, f"{facts['films']:,} films are in.", facts)
        elif self._stopped:
            self._end(Stage.IDLE, "The import was stopped; nothing has changed.")
        else:
            why = "".join(errors[-1:]).strip().removeprefix("Error: ")
            self._end(Stage.FAILED, why or f"The import ended with code {code}.")

    def _update(self, progress: dict[str, Any]) -> None:
        known = {
            name: progress[name]
            for name in ("fraction", "text", "bytes_done", "bytes_total", "seconds_left")
            if name in progress
        }
        self._state = replace(self._state, **known)

    def _end(self, stage: Stage, text: str, facts: dict[str, Any] | None = None) -> None:
        fraction = 1.0 if stage is Stage.DONE else self._state.fraction
        self._state = ImportState(stage=stage, text=text, fraction=fraction, facts=facts or {})
        self._finished.set()


_runs: dict[str, ImportRun] = {}
_runs_lock = threading.Lock()


def get_import_run(settings: Settings) -> ImportRun:
    """Return the process's ``ImportRun`` of a data folder; it stops when the process ends."""
    with _runs_lock:
        folder = str(settings.data_dir)
        if folder not in _runs:
            _runs[folder] = ImportRun(settings)
            atexit.register(_runs[folder].stop)
        return _runs[folder]


def _options(request: ImportRequest) -> list[str]:
    options = ["--min-votes", str(request.min_votes), "--types", ",".join(request.types)]
    if request.source:
        options += ["--from", request.source]
    return [*options, "--keep-files"] if request.keep_files else options
