"""Positions of labels on the taste map without overlaps, for a wide and a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

MAX_TITLE = 22
_LINE_PX, _POINT_PX = 15.0, 8.0
_TITLE_PX = 6.2
_NAME_PX = 8.4
_ABOVE, _BELOW = -34.0, 30.0
"""Distance of a cluster's label from its outermost film."""
_OVERHANG_PX = 30.0

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Canvas:
    """Size of a map in pixels, slightly smaller than the real one."""

    name: str
    width: float
    height: float
    name_lines: int

    def scale(self, places: Points) -> Points:
        """Return positions (0 to 1, y upwards) in pixels (y downwards)."""
        scaled: Points = np.column_stack(
            [places[:, 0] * self.width, (1.0 - places[:, 1]) * self.height]
        )
        return scaled


CANVASES = (Canvas("wide", 960.0, 400.0, 2), Canvas("narrow", 300.0, 400.0, 1))


def place_labels(
    films: pd.DataFrame, corners: pd.DataFrame, *, first: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both tables with the positions of titles and cluster labels.

    Parameters
    ----------
    films : with title, role, x and y (0 to 1)
    corners : with corner (label) and members (positions of its films in ``films``)
    first : roles whose titles are shown, in order of priority; other films show none

    Returns
    -------
    films
        With ``short`` (title), ``wide`` and ``narrow`` (``above`` or ``below`` its point, or empty
        without room).
    corners
        With ``wide_x``, ``wide_y``, ``narrow_x`` and ``narrow_y``.
    """
    films = films.assign(short=[_cut(title) for title in films["title"]])
    corners = corners.copy()
    order = [i for role in first for i in np.flatnonzero(films["role"] == role).tolist()]
    for canvas in CANVASES:
        points = canvas.scale(films[["x", "y"]].to_numpy())
        names = _place_cluster_labels(corners, points, canvas)
        films[canvas.name] = _place_titles(films["short"].tolist(), points, order, names, canvas)
        middle = np.array([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] for box in names])
        middle = middle.reshape(-1, 2)
        corners[f"{canvas.name}_x"] = middle[:, 0] / canvas.width
        corners[f"{canvas.name}_y"] = 1.0 - middle[:, 1] / canvas.height
    return films, corners


def _place_cluster_labels(corners: pd.DataFrame, points: Points, canvas: Canvas) -> list[Box]:
    """Return a box for each label beside its outermost film, where it covers the fewest points."""
    placed: list[Box] = []
    for name, members in zip(corners["corner"], corners["members"], strict=True):
        boxes = list(_candidate_boxes(name, points[list(members)], canvas))
        covered = [
            10 * sum(_overlap(box, other) for other in placed) + _points_in(box, points)
            for box in boxes
        ]
        placed.append(boxes[int(np.argmin(covered))])
    return placed


def _candidate_boxes(name: str, members: Points, canvas: Canvas) -> Iterator[Box]:
    half = len(name) * _NAME_PX / 2.0
    down = canvas.name_lines * _LINE_PX / 2.0
    middle = float(np.median(members[:, 0]))
    for film, step in (
        (int(members[:, 1].argmin()), _ABOVE),
        (int(members[:, 1].argmax()), _BELOW),
    ):
        y = members[film, 1] + step
        for x in (members[film, 0], middle, (members[film, 0] + middle) / 2.0):
            inside = min(max(x, half - _OVERHANG_PX), canvas.width - half + _OVERHANG_PX)
            yield (inside - half, y - down, inside + half, y + down)


def _place_titles(
    titles: Sequence[str],
    points: Points,
    order: Sequence[int],
    names: Sequence[Box],
    canvas: Canvas,
) -> list[str]:
    """Return the side of its point where each title has room, in order of priority."""
    placed = list(names)
    important = np.array(sorted(order), np.int64)
    fits = [""] * len(titles)
    for film in order:
        half = len(titles[film]) * _TITLE_PX / 2.0
        others = points[important[important != film]]
        for side, step in (("above", -_LINE_PX), ("below", _LINE_PX)):
            x, y = points[film] + (0.0, step)
            box = (x - half, y - _LINE_PX / 2.0, x + half, y + _LINE_PX / 2.0)
            inside = box[0] >= -_OVERHANG_PX and box[2] <= canvas.width + _OVERHANG_PX
            free = not _points_in(box, others) and not any(_overlap(box, other) for other in placed)
            if inside and free:
                fits[film] = side
                placed.append(box)
                break
    return fits


def _overlap(box: Box, other: Box) -> bool:
    across = box[0] < other[2] and other[0] < box[2]
    return across and box[1] < other[3] and other[1] < box[3]


def _points_in(box: Box, points: Points) -> int:
    """Return the number of points under a box."""
    near = (points > np.array(box[:2]) - _POINT_PX) & (points < np.array(box[2:]) + _POINT_PX)
    return int(near.all(axis=1).sum())


def _cut(title: str) -> str:
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1].rstrip() + "…"
