"""Running a Streamlit app as a person does, for as long as a benchmark needs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running app; ``started`` is when its command was given, on ``time.perf_counter``."""

    address: str
    started: float
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        self.process.kill()
        self.process.wait()


@contextmanager
def serve(
    script: Path, *, folder: Path, log: Path, environ: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Run ``streamlit run SCRIPT`` on a free port of 127.0.0.1 until the block ends.

    Parameters
    ----------
    script
        The app.
    folder
        Where it is run: the settings in its ``.streamlit`` count, or Streamlit's own without one.
    log
        Takes what the app says.
    environ
        Added to the environment.

    Raises
    ------
    RuntimeError
        If the app stops or does not answer within a minute; with the end of its log.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    env = {**os.environ, "PYTHONPATH": str(PROJECT), **(environ or {})}
    with log.open("wb") as said:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=said, stderr=said)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/_stcore/health", process, log)
            yield Served(address, started, process)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.perf_counter() + _PATIENCE_S
    while time.perf_counter() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.02)
        else:
            return
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise RuntimeError(f"{address} does not answer. The app said:\n{said}")
