"""Altair charts built from pandas tables; independent of Streamlit.

Pages render each chart's finding as text above the chart. Values are part of the axis labels, so
they take the theme's text colour. A shape, sign or word always repeats the meaning of a colour.
"""

from recommender.charts.bars import alike_bars, contribution_bars, people_bars
from recommender.charts.comparisons import rank_slope, reliability_line, similarity_heatmap
from recommender.charts.profile import lift_bars, share_bars
from recommender.charts.style import CHOSEN
from recommender.charts.taste_map import taste_map

__all__ = [
    "CHOSEN",
    "alike_bars",
    "contribution_bars",
    "lift_bars",
    "people_bars",
    "rank_slope",
    "reliability_line",
    "share_bars",
    "similarity_heatmap",
    "taste_map",
]
