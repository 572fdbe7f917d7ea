"""Memory and file descriptors of a server after many visits, each opened and closed.

``MARQUEE_VISITS=2000`` sets how many visits are measured; 200 without.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from benchmarks.websocket import Visitor
from tests.browser.conftest import Server, wait_until_ready

VISITS = int(os.environ.get("MARQUEE_VISITS", "200"))
WARM_UP_VISITS = 150
"""Streamlit keeps up to 128 closed sessions for two minutes; they are counted before."""
MORE_DESCRIPTORS, MORE_MEMORY = 5, 1.2
PATIENCE_S = 30

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="File descriptors are counted in /proc"
)


def make_visits(server: Server, count: int) -> None:
    for _ in range(count):
        with Visitor(server.address) as visitor:
            visitor.rerun()


def count_descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def read_memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def test_closed_visits_leave_no_descriptors_and_no_memory(server: Server) -> None:
    wait_until_ready(server)
    make_visits(server, WARM_UP_VISITS)
    descriptors, memory_mb = count_descriptors(server.pid), read_memory_mb(server.pid)
    make_visits(server, VISITS)
    until = time.monotonic() + PATIENCE_S
    while count_descriptors(server.pid) > descriptors + MORE_DESCRIPTORS:
        assert time.monotonic() < until, f"{count_descriptors(server.pid)} after {descriptors}"
        time.sleep(0.1)
    after_mb = read_memory_mb(server.pid)
    print(  # noqa: T201 - the figures of docs/adr/0087, shown by pytest -s
        f"{VISITS} visits: {descriptors} -> {count_descriptors(server.pid)} descriptors, "
        f"{memory_mb:.0f} -> {after_mb:.0f} MB"
    )
    assert after_mb < memory_mb * MORE_MEMORY
