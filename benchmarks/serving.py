"""Start a Streamlit app, alone or in several processes behind nginx, for a benchmark or a test."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
NGINX_CONF = PROJECT / "docs" / "deploy" / "nginx.conf"
_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running app.

    Attributes
    ----------
    address
        Where visitors reach it, ``http://127.0.0.1:PORT``.
    started
        When its command was given, on ``time.perf_counter``.
    processes
        Its processes: one, or all that serve pages behind a proxy.
    """

    address: str
    started: float
    processes: tuple[subprocess.Popen[bytes], ...]

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The only process, or the first of several."""
        return self.processes[0]

    def kill(self) -> None:
        """Kill every process at once."""
        for process in self.processes:
            process.kill()
            process.wait()


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
    port = find_free_port()
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
            yield Served(address, started, (process,))
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def serve_processes(
    script: Path, count: int, *, folder: Path, environ: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Run an app in several processes behind the nginx of ``docs/deploy`` until the block ends.

    Parameters
    ----------
    script
        The app.
    count
        How many processes.
    folder
        Takes the logs and the files of nginx.
    environ
        Added to the environment.

    Raises
    ------
    RuntimeError
        If nginx is missing, or a process does not answer within a minute.
    """
    with ExitStack() as stack:
        members = [
            stack.enter_context(
                serve(script, folder=PROJECT, log=folder / f"process-{n}.log", environ=environ)
            )
            for n in range(count)
        ]
        ports = [int(member.address.rpartition(":")[2]) for member in members]
        address = stack.enter_context(serve_nginx(folder, ports))
        processes = tuple(member.process for member in members)
        yield Served(address, members[0].started, processes)


@contextmanager
def serve_nginx(folder: Path, ports: Sequence[int]) -> Iterator[str]:
    """Run nginx with the configuration of ``docs/deploy`` and yield its address.

    Parameters
    ----------
    folder
        Takes its files; ``access.log`` has a line a request: upstream, status, method and path.
    ports
        Of the app's processes on 127.0.0.1.

    Raises
    ------
    RuntimeError
        If nginx is not installed or does not answer.
    """
    nginx = find_nginx()
    if nginx is None:
        raise RuntimeError("nginx is not installed: apt-get install nginx-light")
    port = find_free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(render_nginx_conf(folder, port=port, ports=ports), encoding="utf-8")
    options = f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
    command = [nginx, "-p", str(folder), "-c", str(configuration), "-g", options]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/healthz", process, folder / "error.log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def find_nginx() -> str | None:
    """Return the path of nginx; None when it is not installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def render_nginx_conf(folder: Path, *, port: int, ports: Sequence[int]) -> str:
    """Return the configuration of ``docs/deploy`` with other ports and files below ``folder``."""
    text = NGINX_CONF.read_text(encoding="utf-8")
    [line] = re.findall(r"^ *server marquee:8501 .*;$", text, re.MULTILINE)
    servers = "\n".join(line.replace("marquee:8501", f"127.0.0.1:{each}") for each in ports)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    head = (
        "http {\n    log_format members '$upstream_addr $status $request_method $uri';\n"
        f"    access_log {folder}/access.log members;\n{temporary}"
    )
    for old, new in (
        (line, servers),
        ("http {\n", head),
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
    ):
        if text.count(old) != 1:
            raise RuntimeError(f"{NGINX_CONF.name} should have {old!r} once.")
        text = text.replace(old, new)
    return text


def find_free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.perf_counter() + _TIMEOUT_S
    while time.perf_counter() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.02)
        else:
            return
    said = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else ""
    raise RuntimeError(f"{address} does not answer. The app said:\n{said}")
