"""A test in a browser that fails is tried once more, and the run says so.

A machine that tests two browsers at once now and then drops a key or a click. What is broken
fails twice; what failed once is listed at the end as ``RERUN``, so that it gets looked at. Own
code, as it is thirty lines: pytest-rerunfailures is more than is needed (ADR 90).
"""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol
from _pytest.terminal import TerminalReporter

MOST = 4
"""Retries per process: when more tests fail, something is broken."""
WITH_A_BROWSER = frozenset({"browser", "visit", "chromium_path"})

_given: list[str] = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test in a browser, and once more if it fails."""
    if WITH_A_BROWSER.isdisjoint(getattr(item, "fixturenames", ())):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    failed = [report for report in reports if report.failed]
    if failed and len(_given) < MOST:
        _given.append(item.nodeid)
        failed[0].outcome = "rerun"  # type: ignore[assignment]  # pytest lets plugins name their own
        item.ihook.pytest_runtest_logreport(report=failed[0])
        item._initrequest()  # type: ignore[attr-defined]  # fixtures of the first try are gone
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Count second tries apart from what passed and failed."""
    said: str = report.outcome
    return ("rerun", "R", "RERUN") if said == "rerun" else None


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say which tests needed a second try, and what the first one said."""
    for report in terminalreporter.stats.get("rerun", ()):
        said = str(getattr(report.longrepr, "reprcrash", "") or "").splitlines()
        terminalreporter.write_line(f"RERUN {report.nodeid} - {' '.join(said)[:300]}")
