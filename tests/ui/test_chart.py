"""What a chart reports of a click is read carefully: it comes from a browser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.charts import CHOSEN
from recommender.ui.chart import read_chosen

nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["selection", CHOSEN, "tconst", "x"]), inner)
    ),
)


def test_the_film_that_was_clicked_is_read() -> None:
    event = {"selection": {CHOSEN: [{"tconst": "tt0113277"}]}}
    assert read_chosen(event, "tconst") == "tt0113277"


@pytest.mark.parametrize("chosen", [[], [{}], {}, [{"person": "Ann"}], [{"tconst": 7}], None])
def test_nothing_clicked_is_nothing(chosen: object) -> None:
    assert read_chosen({"selection": {CHOSEN: chosen}}, "tconst") == ""


@given(nested)
def test_anything_a_browser_may_send_is_survived(event: object) -> None:
    assert isinstance(read_chosen(event, "tconst"), str)
