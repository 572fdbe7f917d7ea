"""A progress bar on stderr, so that stdout holds nothing but results."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

Progress = Callable[[float, str], None]
_STEPS = 1000
_LABEL_WIDTH = 36


@contextmanager
def draw_progress() -> Iterator[Progress]:
    """Lend a function that is told the part done (0 to 1) and what is being done.

    The bar appears with the first call, so work that turns out to be done already draws nothing.
    Where stderr is no terminal, each new step is one line.
    """
    bars: list[ProgressBar[int]] = []
    # Labels of one width keep the bar from moving.
    width = _LABEL_WIDTH if sys.stderr.isatty() else 0
    with ExitStack() as stack:

        def tell(part: float, what: str) -> None:
            label = what.ljust(width)
            if not bars:
                bar = click.progressbar(
                    length=_STEPS, label=label, file=sys.stderr, show_eta=False, width=30
                )
                bars.append(stack.enter_context(bar))
            bars[0].label = label
            bars[0].update(round(part * _STEPS) - bars[0].pos)
            bars[0].render_progress()

        yield tell
