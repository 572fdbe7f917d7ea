"""Pages run two after two, and none waits for a page that takes long."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from recommender.ui.turns import AT_ONCE, take_turn


def test_only_so_many_run_at_once_and_all_run() -> None:
    at_work, most, done = 0, 0, 0
    guard, go_on = threading.Lock(), threading.Event()

    def run() -> None:
        nonlocal at_work, most, done
        with take_turn(30):
            with guard:
                at_work += 1
                most = max(most, at_work)
            if at_work == AT_ONCE:
                go_on.set()
            assert go_on.wait(10)
            with guard:
                at_work -= 1
                done += 1

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(run) for _ in range(8)]:
            future.result()
    assert (most, done) == (AT_ONCE, 8)


def test_whoever_waited_long_enough_goes_on_and_gives_nothing_back() -> None:
    with take_turn(), take_turn():
        with take_turn(0.01):
            pass
        # Two are taken still: a third turn is not there.
        entered = threading.Event()

        def wait() -> None:
            with take_turn(30):
                entered.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not entered.wait(0.05)
    assert entered.wait(10)
    waiting.join()


def test_a_page_that_fails_gives_its_turn_back() -> None:
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ValueError, match="odd"), take_turn(30):
            raise ValueError("odd")
    with take_turn(30), take_turn(30):
        pass
