"""An import that pages may start, watch and stop: it runs in a process of its own.

In the server's own process it would take the pages' processor time and memory, and could not be
stopped in the middle of a step.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from recommender.service.imdb_import import ImportRequest
from recommender.service.startup import Stage
from recommender.settings import PROJECT_DIR, Settings

_PATIENCE_S = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportState:
    """How far an import is that was started here.

    Attributes
    ----------
    stage
        Idle when none was started, or when somebody stopped it.
    fraction
        Part of the import that is done, 0 to 1.
    text
        What is being done, or what came of it, in plain words.
    bytes_done, bytes_total
        Of the files, while they are fetched or read; 0 in other steps.
    rows
        Read from files so far.
    seconds_left
        About how long it will take; None when that cannot be said yet.
    facts
        What the import found, once it is done: counts of films, people, credits, ``left_out``.
    """

    stage: Stage = Stage.IDLE
    fraction: float = 0.0
    text: str = ""
    bytes_done: int = 0
    bytes_total: int = 0
    rows: int = 0
    seconds_left: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class ImportRun:
    """Starts ``import-imdb`` beside the server and follows it; one at a time.

    Parameters
    ----------
    settings
        Say which data folder it works on.
    command
        The program, to which the options are added; Marquee's own when None.
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
        """How far it is now."""
        return self._state

    def start(self, request: ImportRequest) -> bool:
        """Begin an import unless one runs; tell whether it began."""
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
        """End the import if one runs, and wait until it has cleared its things away."""
        with self._lock:
            process = self._process
            self._stopped = True
        if process is None or process.poll() is not None:
            return
        process.terminate()
        if not self.wait(_PATIENCE_S):
            process.kill()
            self.wait(_PATIENCE_S)

    def wait(self, timeout_s: float) -> bool:
        """Wait until no import runs, at most this long; tell whether none does."""
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
                    told = json.loads(line)
                    facts = told.get("done", facts)
                    self._tell(told.get("progress", {}))
            code = process.wait()
            drain.join()
        if facts is not None and code == 0:
            self._end(Stage.DONE, f"{facts['films']:,} films are in.", facts)
        elif self._stopped:
            self._end(Stage.IDLE, "The import was stopped; nothing has changed.")
        else:
            why = "".join(errors[-1:]).strip().removeprefix("Error: ")
            self._end(Stage.FAILED, why or f"The import ended with code {code}.")

    def _tell(self, progress: dict[str, Any]) -> None:
        known = {
            name: progress[name]
            for name in ("fraction", "text", "bytes_done", "bytes_total", "rows", "seconds_left")
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
    """Return the process's one ``ImportRun`` of a data folder; it is stopped with the process."""
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
