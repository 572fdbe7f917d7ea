"""Insights in a browser: a click on a chart opens the film, and Back leads to the chart again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server, press_until, wait_until_at_rest

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
CHART = '[data-testid="stVegaLiteChart"]'
EXAMPLE = "/insights?example=The+blockbuster+fan"


def marks(page: Page) -> Locator:
    """What answers to a pointer in the chart: Vega calls it after the view that is chosen from."""
    return page.locator(f"{CHART} svg g[class*=view_][class*=marks] path")


def tooltip(page: Page) -> Locator:
    return page.locator("#vg-tooltip-element")


def test_a_click_on_the_map_opens_the_film_and_back_returns(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}{EXAMPLE}")
    expect(page.get_by_text("This is an example")).to_be_visible()
    liked = marks(page).last  # drawn last, so nothing lies over it
    liked.hover()
    expect(tooltip(page)).to_contain_text("Why it is here")
    title = re.search(r"Film\s+(.+) \(\d{4}\)", tooltip(page).inner_text())
    assert title is not None
    liked.click()
    expect(page.get_by_role("heading", level=1, name=title[1])).to_be_visible()
    assert "/film?tconst=tt" in page.url
    page.go_back()
    expect(page).to_have_url(f"{server.address}{EXAMPLE}")
    expect(marks(page).last).to_be_attached()
    wait_until_at_rest(page)  # nor does the chart, drawn again, open the film again
    expect(page).to_have_url(f"{server.address}{EXAMPLE}")


def test_the_heatmap_says_what_is_shared_and_a_click_opens_the_pick(
    server: Server, visit: Visit
) -> None:
    page = visit(f"{server.address}/insights?section=Likes+and+picks")
    squares = page.locator(f"{CHART} svg g.mark-rect path")
    squares.first.hover()
    expect(tooltip(page)).to_contain_text("Same people")
    expect(tooltip(page)).to_contain_text("Same genres")
    squares.first.click()
    expect(page).to_have_url(re.compile(r"/film\?tconst=tt\d+$"))
    page.go_back()
    expect(page.get_by_role("tab", name="Likes and picks", selected=True)).to_be_visible()
    expect(squares.first).to_be_attached()


def test_leaving_a_like_out_moves_the_ranks(server: Server, visit: Visit) -> None:
    page = visit(f"{server.address}/insights?section=What+if")
    finding = page.get_by_role("heading", level=2)
    expect(finding).to_contain_text("Without ")
    before = finding.inner_text()
    slopes = page.locator(f"{CHART} svg g.layer_0_marks path")
    drawn = [line.get_attribute("d") for line in slopes.all()]
    pills = page.get_by_test_id("stButtonGroup").get_by_role("button")
    name = pills.nth(3).inner_text()
    pills.nth(0).click()
    pills.nth(3).click()
    expect(finding).to_contain_text(f"Without {name}, ")
    assert finding.inner_text() != before
    expect(slopes.first).to_be_attached()
    assert [line.get_attribute("d") for line in slopes.all()] != drawn
    page.get_by_role("button", name="Restore all").click()
    expect(page.get_by_text("All likes count")).to_be_visible()


def test_no_chart_overflows_a_phone(server: Server, visit: Visit) -> None:
    page = visit(
        f"{server.address}/insights", viewport={"width": 390, "height": 844}, has_touch=True
    )
    for section in ("Map", "Likes and picks", "One score", "Profile", "What if"):
        tab = page.get_by_role("tab", name=section)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        wait_until_at_rest(page)
        expect(page.locator(f"{CHART} svg").first).to_be_visible()
        assert page.locator(".stMain").evaluate("main => main.scrollWidth") <= 390, section
        for chart in page.locator(f"{CHART} svg").all():
            box = chart.bounding_box()
            assert box is not None, section
            assert box["x"] + box["width"] <= 390, section


@pytest.mark.parametrize(
    ("section", "choice", "says"),
    [
        ("Map", "Find a film on the map", "(1"),
        ("Likes and picks", "Open a pick, beside the like it is nearest to", "alike"),
    ],
)
def test_what_a_mark_opens_can_be_opened_by_keyboard(
    server: Server, visit: Visit, section: str, choice: str, says: str
) -> None:
    page = visit(f"{server.address}/insights?section={section}")
    box = page.get_by_role("combobox", name=choice)
    press_until(box, "ArrowDown", page.get_by_role("option", name=says).first)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/film\?tconst=tt\d+$"))
    page.go_back()
    expect(page.locator(f"{CHART} svg")).to_be_visible()
