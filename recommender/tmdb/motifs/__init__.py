"""Motifs of the drawn posters: a palette, SVG elements, and one function a motif.

A motif gets a random source, a palette and the size of its field, and fills the field from edge
to edge. Coordinates are rounded to tenths to keep the pictures small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple


class Palette(NamedTuple):
    """Five colours (``#rrggbb``): the flat ground, the ink on it, and three to draw with."""

    ground: str
    ink: str
    first: str
    second: str
    third: str


Motif = Callable[[Random, Palette, float, float], Iterator[str]]
"""Fills a field of the given width and height from edge to edge, one SVG element at a time."""


def short(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def rect(x: float, y: float, w: float, h: float, fill: str, extra: str = "") -> str:  # noqa: PLR0917
    """Return a rectangle."""
    at = f'x="{short(x)}" y="{short(y)}" width="{short(w)}" height="{short(h)}"'
    return f'<rect {at} fill="{fill}"{extra}/>'


def circle(x: float, y: float, r: float, fill: str, extra: str = "") -> str:
    """Return a disc."""
    return f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(r)}" fill="{fill}"{extra}/>'


def ring(x: float, y: float, r: float, stroke: str, width: float) -> str:
    """Return a circle that is not filled."""
    return circle(x, y, r, "none", f' stroke="{stroke}" stroke-width="{short(width)}"')


def polygon(points: Sequence[tuple[float, float]], fill: str, extra: str = "") -> str:
    """Return a closed shape of straight lines."""
    joined = " ".join(f"{short(x)},{short(y)}" for x, y in points)
    return f'<polygon points="{joined}" fill="{fill}"{extra}/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, extra: str = "") -> str:  # noqa: PLR0917
    """Return an ellipse, axes level."""
    at = f'cx="{short(x)}" cy="{short(y)}" rx="{short(rx)}" ry="{short(ry)}"'
    return f'<ellipse {at} fill="{fill}"{extra}/>'


def arch(x: float, top: float, r: float, foot: float, fill: str) -> str:
    """Return a round arch that stands on ``foot``."""
    d = f"M{short(x - r)} {short(foot)}V{short(top)}a{short(r)} {short(r)} 0 0 1 {short(2 * r)} 0"
    return path(f"{d}V{short(foot)}Z", fill)


def path(d: str, fill: str, extra: str = "") -> str:
    """Return a path."""
    return f'<path d="{d}" fill="{fill}"{extra}/>'
