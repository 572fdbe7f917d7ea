"""Nothing jumps between pages: layout shift as browsers report it.

Pages opened by their address are measured in ``test_every_page``, where axe looks at them too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, wait_until_at_rest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
MOST = 0.05
# The worst run of shifts less than a second apart, at most five seconds long: web.dev/cls.
WATCH = """
window.shift = { worst: 0, now: 0, began: -9e9, last: -9e9, sources: [] };
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const s = window.shift;
    if (entry.startTime - s.last > 1000 || entry.startTime - s.began > 5000) {
      s.now = 0;
      s.began = entry.startTime;
    }
    s.now += entry.value;
    s.last = entry.startTime;
    s.worst = Math.max(s.worst, s.now);
    for (const source of entry.sources)
      s.sources.push((source.node?.parentElement?.className || '') + ' '
        + (source.node?.textContent || '').slice(0, 40));
  }
}).observe({ type: 'layout-shift', buffered: true });
"""


def read_shift(page: Page) -> dict[str, Any]:
    expect(page.get_by_text("Information courtesy of IMDb")).to_be_visible()
    page.wait_for_load_state("networkidle")
    wait_until_at_rest(page)  # and what comes after the last answer
    found: dict[str, Any] = page.evaluate("window.shift")
    return found


def test_nothing_jumps_between_pages(server: Server, visit: Visit) -> None:
    page = visit("about:blank", reduced_motion="no-preference")
    page.add_init_script(WATCH)
    page.goto(server.address)
    read_shift(page)
    for name in ("Search", "For you", "Insights", "How it works", "Home"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute(
            "aria-current", "page", timeout=30_000
        )
        read_shift(page)
    shift = read_shift(page)
    assert shift["worst"] < MOST, shift
