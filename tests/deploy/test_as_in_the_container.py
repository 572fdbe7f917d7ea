"""The Dockerfile's layout without Docker: only the copied files, and only /data is writable."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.browser.conftest import find_free_port
from tests.deploy.conftest import wait_for

PROJECT = Path(__file__).resolve().parents[2]
DOCKERFILE = PROJECT / "docs" / "deploy" / "Dockerfile"
HEAT = "tt0113277"


def copy_sources(root: Path) -> None:
    """Copy what the Dockerfile copies, to where it does."""
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            whole = target.endswith("/") or target == "."
            place = root / target / source if whole else root / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if (PROJECT / source).is_dir():
                shutil.copytree(PROJECT / source, place,
                                ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
            else:
                shutil.copy(PROJECT / source, place)


@contextmanager
def read_only(root: Path) -> Iterator[None]:
    """Take everybody's right to write in a folder, for the block."""
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path in [root, *root.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


def without_rights() -> list[str]:
    """Return what takes root's right to write everywhere; nothing for anybody else."""
    return (
        ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]
        if os.name == "posix" and os.geteuid() == 0
        else []
    )


def list_files(root: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in root.rglob("*")}


def test_app_runs_and_keeps_likes_with_a_read_only_root(tmp_path: Path, data_dir: Path) -> None:
    root, data, home = tmp_path / "app", tmp_path / "data", tmp_path / "tmp"
    copy_sources(root)
    shutil.copytree(data_dir, data)
    home.mkdir()
    before = list_files(root)
    touch = [*without_rights(), sys.executable, "-c", "open('new', 'w')"]
    with read_only(root):
        refused = subprocess.run(touch, cwd=root, capture_output=True, text=True, check=False)
    assert "PermissionError" in refused.stderr  # else what follows shows nothing
    port = find_free_port()
    address = f"http://127.0.0.1:{port}"
    # The image's command, but for where it listens.
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1",
               f"--server.port={port}", "--server.headless=true"]  # fmt: skip
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("TMDB_", "MARQUEE_"))}
    environ |= {"MARQUEE_DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(home)}
    log = tmp_path / "server.log"
    with (
        read_only(root),
        log.open("wb") as output,
        subprocess.Popen(
            [*without_rights(), *command], cwd=root, env=environ, stdout=output, stderr=output
        ) as process,
    ):
        try:
            wait_for(f"{address}/readyz")
            session = requests.Session()
            assert "Marquee" in session.get(address, timeout=10).text
            body = {"interactions": {f"{HEAT}:like": [time.time_ns() // 1_000_000, True]}}
            answer = session.post(f"{address}/app/interactions", json=body,
                                  headers={"origin": address}, timeout=10)  # fmt: skip
            assert answer.status_code == 200, answer.text
        finally:
            process.terminate()
            process.wait(timeout=20)
        assert list_files(root) == before
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert "ermission" not in said
    assert (data / "people.db").stat().st_size > 0
