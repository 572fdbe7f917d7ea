"""What is looked up once a run, and what the next run looks up anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from recommender.ui.run_cache import cached_for_run, clear_run_cache, run_cache


@pytest.fixture
def look_up() -> Callable[[], int]:
    """Returns how often it was called."""
    calls: list[None] = []

    def count() -> int:
        calls.append(None)
        return len(calls)

    return count


def test_outside_of_a_run_nothing_is_kept(look_up: Callable[[], int]) -> None:
    assert [cached_for_run("who", look_up) for _ in range(2)] == [1, 2]


def test_a_run_looks_up_once_and_a_part_of_it_shares_what_was_found(
    look_up: Callable[[], int],
) -> None:
    @run_cache()
    def part() -> int:
        return cached_for_run("who", look_up)

    with run_cache():
        assert cached_for_run("who", look_up) == 1
        assert part() == 1
        assert cached_for_run("who", look_up) == 1
    assert part() == 2  # alone it is a run of its own
    assert part() == 3


def test_what_was_changed_is_looked_up_anew(look_up: Callable[[], int]) -> None:
    with run_cache():
        assert cached_for_run("who", look_up) == 1
        clear_run_cache("what")
        assert cached_for_run("who", look_up) == 1
        clear_run_cache("who")
        assert cached_for_run("who", look_up) == 2
        clear_run_cache()
        assert cached_for_run("who", look_up) == 3


def test_a_run_that_fails_leaves_nothing_behind(look_up: Callable[[], int]) -> None:
    def fail() -> None:
        cached_for_run("who", look_up)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        run_cache()(fail)()
    with run_cache():
        assert cached_for_run("who", look_up) == 2
