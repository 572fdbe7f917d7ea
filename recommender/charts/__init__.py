"""Charts: a table in, an Altair chart out. Nothing here knows Streamlit.

The finding a chart shows stands above it as text, where it wraps on a phone and follows the
theme. For the same reason numbers are part of axis labels and not marks of their own: labels
take the theme's colour. Whatever a colour says is said by a shape, a sign or a word as well.
"""

from recommender.charts.bars import alike_bars, contribution_bars, people_bars
from recommender.charts.heatmap import similarity_heatmap
from recommender.charts.profile import lift_bars, share_bars
from recommender.charts.reliability import reliability_line
from recommender.charts.slope import rank_slope
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
