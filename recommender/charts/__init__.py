"""Altair charts of pandas tables, without Streamlit.

Pages render the finding of a chart as text above it. Numbers are part of the axis labels, which
take the theme's colour. A shape, a sign or a word repeats what a colour means.
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
