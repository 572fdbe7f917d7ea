"""Several real processes of Marquee on one data folder, behind the nginx of docs/deploy."""

from __future__ import annotations

import os
import re
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

from tests.browser.conftest import find_free_port

PROJECT = Path(__file__).resolve().parents[2]
CONFIGURATION = PROJECT / "docs" / "deploy" / "nginx.conf"
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


@pytest.fixture(scope="session")
def nginx_path() -> str:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        message = "No nginx here, so nothing was tested behind it: apt-get install nginx-light"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    return str(found)


@pytest.fixture(scope="module")
def proxy(
    nginx_path: str, members: list[Member], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("nginx")
    port = find_free_port()
    rendered = folder / "nginx.conf"
    rendered.write_text(
        render(CONFIGURATION.read_text(encoding="utf-8"), folder, port=port, members=members),
        encoding="utf-8",
    )
    settings = f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
    command = [nginx_path, "-p", str(folder), "-c", str(rendered), "-g", settings]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/healthz")
        yield Proxy(address, folder / "access.log")
    finally:
        process.terminate()
        process.wait(timeout=20)


def render(text: str, folder: Path, *, port: int, members: list[Member]) -> str:
    """Return the configuration with our own ports, and files that anybody may write."""
    [line] = re.findall(r"^ *server marquee:8501 .*;$", text, re.MULTILINE)
    servers = [line.replace("marquee:8501", f"127.0.0.1:{member.port}") for member in members]
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    ours = (
        "http {\n    log_format members '$upstream_addr $status $request_method $uri';\n"
        f"    access_log {folder}/access.log members;\n{temporary}"
    )
    text = text.replace(line, "\n".join(servers))
    for old, new in (("http {\n", ours), ("listen 8080;", f"listen 127.0.0.1:{port};")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


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
