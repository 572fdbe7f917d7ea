"""Several processes of Marquee on one data folder, behind the nginx of docs/deploy."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from benchmarks.serving import find_free_port, find_nginx, serve_nginx

PROJECT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 60.0


@dataclass
class Member:
    """One process of several; it keeps its port when it is started again."""

    data_dir: Path
    port: int = field(default_factory=find_free_port)
    metrics_port: int = field(default_factory=find_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        options = ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        with (self.data_dir.parent / f"member-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *options,
                 "--server.headless", "true"],
                cwd=PROJECT,
                env={
                    **os.environ,
                    "MARQUEE_DATA_DIR": str(self.data_dir),
                    "MARQUEE_METRICS_PORT": str(self.metrics_port),
                },
                stdout=log,
                stderr=log,
            )  # fmt: skip

    def wait_until_ready(self) -> None:
        wait_for(f"{self.address}/readyz")

    def stop(self) -> float:
        """End it as systemd and Docker do; return how long that took, in seconds."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        return time.monotonic() - begun


@pytest.fixture(scope="module")
def members(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Member]]:
    """Two processes on one data folder, ready."""
    folder = tmp_path_factory.mktemp("deploy") / "data"
    shutil.copytree(data_dir, folder)
    both = [Member(folder), Member(folder)]
    try:
        for member in both:
            member.start()
        for member in both:
            member.wait_until_ready()
        yield both
    finally:
        for member in both:
            if member.process is not None and member.process.poll() is None:
                member.stop()


@dataclass(frozen=True)
class Proxy:
    """A running nginx; its log has a line a request: the member that answered, and what it was."""

    address: str
    log: Path

    def lines(self) -> list[list[str]]:
        """Return upstream, status, method and path of each request so far."""
        return [line.split() for line in self.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def proxy(members: list[Member], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The nginx of docs/deploy in front of the members."""
    if find_nginx() is None:
        message = "No nginx here, so nothing was tested behind it: apt-get install nginx-light"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    folder = tmp_path_factory.mktemp("nginx")
    with serve_nginx(folder, [member.port for member in members]) as address:
        yield Proxy(address, folder / "access.log")


def wait_for(address: str) -> None:
    """Wait until an address answers 200."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if requests.get(address, timeout=5).status_code == 200:
                return
        except requests.RequestException:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{address} did not answer in {_PATIENCE_S:.0f} s")
