"""The chart of a film's own page, made once for a film.

Apart from what else is cached, so that pages without a chart do not wait for Altair.
"""

from __future__ import annotations

from functools import lru_cache

import altair as alt

from recommender.charts import alike_bars
from recommender.service import build_alike_table, get_marquee
from recommender.ui.cached import similar


def alike_chart(tconst: str, *, top_n: int, charted: int) -> alt.Chart:
    """Return the chart of what the films most like one share with it, from the cache.

    Parameters
    ----------
    tconst, top_n
        As of `similar`.
    charted
        How many of them are in the chart.
    """
    edition = get_marquee().model_edition
    return _alike_chart(tconst, top_n=top_n, charted=charted, edition=edition)


@lru_cache(maxsize=256)
def _alike_chart(tconst: str, *, top_n: int, charted: int, edition: str) -> alt.Chart:
    picks = similar(tconst, top_n=top_n)
    return alike_bars(build_alike_table(picks[:charted]))
