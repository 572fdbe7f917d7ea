"""Drawn posters for films without a photograph: flat shapes by genre, the same on every visit.

The picture is an SVG without text or links, safe in an ``<img>``. The page sets the title over the
flat zone that ``PosterArt.title_zone`` names.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import Final

from recommender.entities import Film
from recommender.tmdb.motifs import Motif, Palette
from recommender.tmdb.motifs.patterns import PATTERNS
from recommender.tmdb.motifs.scenes import SCENES

WIDTH: Final = 200
HEIGHT: Final = 300
BOTTOM_WIDTH: Final = 85.0
TOP_WIDTH: Final = 66.0
"""Width of the title in % of the poster's; at the top it leaves room for the heart."""
SMALLEST_TITLE: Final = 9.0
"""In % of the poster's width; the page cuts longer titles."""
ART_HEIGHT: Final = 194
"""Height of the drawn part; the rest stays flat for the title."""

MOTIFS: Final[dict[str, Motif]] = PATTERNS | SCENES
# Ground, ink and three colours; ink on ground is at least 4.5:1 (a test checks).
_P = Palette
PALETTES: Final[dict[str, tuple[Palette, ...]]] = {
    "night": (
        _P("#14161c", "#f2e9dc", "#e8b04a", "#2b3040", "#7a3b2e"),
        _P("#191416", "#f5e6d8", "#d9483b", "#3a262a", "#8c6f5a"),
        _P("#0f1a20", "#e9eef0", "#88b7b5", "#1f3540", "#c9a24b"),
    ),
    "desert": (
        _P("#e9d3ae", "#3a1d12", "#c4512d", "#e08e45", "#7b2d1e"),
        _P("#7a2e1c", "#f7e3c3", "#e9a03b", "#a94a26", "#3f1710"),
        _P("#f0dcc0", "#33261d", "#b5653a", "#d9a273", "#5d7a78"),
    ),
    "blood": (
        _P("#170d0f", "#f3ded6", "#b3202a", "#3b1319", "#e5c7ae"),
        _P("#8e1620", "#fbe9dc", "#1c0d10", "#c22f36", "#f0c9a0"),
        _P("#10181a", "#dfe9df", "#6f9a6b", "#20302e", "#b8323a"),
    ),
    "space": (
        _P("#0d1530", "#eaf0ff", "#f2a65a", "#27407a", "#7fc4d8"),
        _P("#101f2e", "#e6f4f1", "#ff7a5c", "#1f4a5c", "#f4d58d"),
        _P("#1d1136", "#f3e8ff", "#e36bae", "#3f2a70", "#7ad3e0"),
    ),
    "rose": (
        _P("#f6dcd5", "#4a1526", "#d94f5c", "#efa9a0", "#8c2f4a"),
        _P("#7c1f3f", "#fdebe6", "#f2918a", "#a8385a", "#f6c9b0"),
        _P("#f4e6d6", "#3b2340", "#c95d7a", "#e9b49a", "#6a4a86"),
    ),
    "play": (
        _P("#f7e3a1", "#26304f", "#e2583e", "#2f8f9d", "#f2a23a"),
        _P("#1f6f78", "#fff4d9", "#f6b93b", "#e2583e", "#8fd0c5"),
        _P("#f6ead7", "#1f2a44", "#ef6f4c", "#3d6fb4", "#f3c34e"),
    ),
    "field": (
        _P("#dfe7cf", "#1d3324", "#4f8a5b", "#e6b455", "#2f5d50"),
        _P("#214436", "#f3f1dc", "#e2b34f", "#3d6f52", "#9fc29a"),
        _P("#cfe3e6", "#143642", "#2d7f8c", "#f0a35e", "#5b8e6f"),
    ),
    "stone": (
        _P("#e7e0d3", "#2c2a29", "#a8573a", "#b9ad9b", "#5f6b73"),
        _P("#38424a", "#f0ebe1", "#d99b5b", "#55636d", "#a9b7bd"),
        _P("#ddd5c9", "#312235", "#76527d", "#b79aa8", "#c98f5a"),
        _P("#23303f", "#f1ece2", "#c8553d", "#41566b", "#e3b778"),
        _P("#efe3d2", "#3d2418", "#8c5a3c", "#d3b08c", "#40606a"),
    ),
    "steel": (
        _P("#e9e4da", "#1b2430", "#d8402f", "#33475b", "#f0a330"),
        _P("#1b2733", "#f2efe6", "#f0632f", "#34495e", "#f2b84b"),
        _P("#b52f22", "#fff1e0", "#1d1a1c", "#dd5a3a", "#f4bd5c"),
    ),
}
GENRE_ART: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "Film-Noir": ("night", ("blinds", "beam", "stairs", "lamp", "doorway", "bridge", "smoke")),
    "Western": ("desert", ("range", "butte", "road")),
    "Documentary": ("field", ("halftone", "frames", "portrait")),
    "Horror": ("blood", ("thorns", "eye", "window", "turning")),
    "War": ("steel", ("burst", "chevrons")),
    "Musical": ("rose", ("waves", "records")),
    "Music": ("rose", ("records", "waves")),
    "Sport": ("field", ("lanes", "burst", "chevrons")),
    "Sci-Fi": ("space", ("orbit", "eclipse", "horizon", "halftone")),
    "Animation": ("play", ("hills", "tiles", "kite")),
    "Fantasy": ("space", ("spires", "range")),
    "Biography": ("stone", ("portrait", "arches")),
    "Romance": ("rose", ("embrace", "petals")),
    "History": ("stone", ("arches", "chevrons")),
    "Mystery": ("night", ("turning", "eye", "doorway", "stairs", "lamp")),
    "Crime": ("night", ("blinds", "beam", "city", "turning", "lamp", "bridge", "road", "doorway")),
    "Thriller": ("night", ("turning", "beam", "city", "road", "stairs", "doorway")),
    "Adventure": ("desert", ("range", "shards", "bridge", "butte")),
    "Family": ("field", ("hills", "kite")),
    "Action": ("steel", ("shards", "burst")),
    "Comedy": ("play", ("tiles", "petals")),
    "Drama": ("stone", ("arches", "window", "embrace")),
}
"""Palettes and motifs. The first genre of this table that a film has selects its art."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PosterArt:
    """Drawn poster and how to set the title over it.

    Attributes
    ----------
    svg
        The picture, 2:3, without text.
    ground, ink, accent
        Colours (``#rrggbb``): the flat zone under the title, the title, a second line.
    title_zone
        ``"top"`` or ``"bottom"``.
    title_size
        Type size of the title in percent of the poster's width.
    """

    svg: str
    ground: str
    ink: str
    accent: str
    title_zone: str
    title_size: float


def draw_poster(film: Film) -> PosterArt:
    """Return the poster of a film: genres select motif and palette, the tconst seeds the rest."""
    seed = int.from_bytes(hashlib.sha256(film.tconst.encode()).digest()[:8], "big")
    rng = random.Random(seed)  # noqa: S311 - art, not secrets
    genre = next((name for name in GENRE_ART if name in film.genres), "Drama")
    palettes, motifs = GENRE_ART[genre]
    palette, motif = rng.choice(PALETTES[palettes]), rng.choice(motifs)
    zone = rng.choice(("bottom", "bottom", "top"))
    if zone == "top" and fit_title(film.primary_title, width=TOP_WIDTH) <= SMALLEST_TITLE:
        zone = "bottom"  # a long title would run into the art
    shapes = "".join(MOTIFS[motif](rng, palette, WIDTH, ART_HEIGHT))
    top = HEIGHT - ART_HEIGHT if zone == "top" else 0
    mirror = f" translate({WIDTH} 0) scale(-1 1)" if rng.random() < 0.5 else ""
    seam = top if zone == "top" else ART_HEIGHT
    width = TOP_WIDTH if zone == "top" else BOTTOM_WIDTH
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' preserveAspectRatio="xMidYMid slice">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.ground}"/>'
        f'<g transform="translate(0 {top}){mirror}">'
        f'<svg width="{WIDTH}" height="{ART_HEIGHT}">{shapes}</svg></g>'
        # covers the edge of the shapes, which would shine through
        f'<rect y="{seam - 0.8}" width="{WIDTH}" height="1.6" fill="{palette.ground}"/></svg>'
    )
    return PosterArt(
        svg=svg,
        ground=palette.ground,
        ink=palette.ink,
        accent=palette.first,
        title_zone=zone,
        title_size=fit_title(film.primary_title, width=width),
    )


def fit_title(title: str, *, width: float = BOTTOM_WIDTH) -> float:
    """Return the largest type size at which a title fits a zone, both in % of the width."""
    inner_height, letter = 33.0, 0.56  # % of the poster's width; ems a letter
    longest_word = max((len(word) for word in title.split()), default=1)
    for size in (23.0, 20.0, 17.5, 15.0, 13.0, 11.5, 10.0):
        letters_a_line = max(1, int(width / (letter * size)))
        if longest_word > letters_a_line:
            continue
        lines = _count_lines(title, letters_a_line)
        if lines * size * 1.04 <= inner_height:
            return size
    return SMALLEST_TITLE


def _count_lines(title: str, letters_a_line: int) -> int:
    lines, used = 1, 0
    for word in title.split():
        needed = len(word) + (1 if used else 0)
        if used + needed > letters_a_line:
            lines, used = lines + 1, len(word)
        else:
            used += needed
    return lines
