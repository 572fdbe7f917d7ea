"""The chart of a film's own page, made once for a film.

Apart from what else is cached, so that pages without a chart do not wait for Altair.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa

from recommender.charts import alike_bars
from recommender.service import build_alike_rows, get_marquee
from recommender.ui.chart import Drawing
from recommender.ui.result_cache import similar


def similar_chart(tconst: str, *, top_n: int, charted: int) -> Drawing:
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
def _alike_chart(tconst: str, *, top_n: int, charted: int, edition: str) -> Drawing:
    parts = build_alike_rows(similar(tconst, top_n=top_n)[:charted])
    return Drawing(draw_bars(len({part["film"] for part in parts})), _pack(parts))


@lru_cache(maxsize=16)
def draw_bars(films: int) -> str:
    """Return the drawing for so many films, as JSON: Altair takes 10 ms, only the numbers differ.

    Parameters
    ----------
    films
        How many bars there are.
    """
    drawn = alike_bars(pd.DataFrame({"film": range(films)})).to_dict()
    del drawn["datasets"]
    return json.dumps(drawn | {"data": {"name": "rows"}})


def _pack(parts: Sequence[Mapping[str, Any]]) -> bytes:
    """Return rows as a stream of Arrow, which is what the browser is sent."""
    table = pa.Table.from_pylist(parts)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())
