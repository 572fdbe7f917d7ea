"""Where words stand on a map: none may lie over another, on a wide map and on a phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

LONGEST_TITLE = 22
_LINE_PX, _POINT_PX = 15.0, 8.0
_TITLE_PX = 6.2
_NAME_PX = 8.4
_ABOVE, _BELOW = -34.0, 30.0
"""How far from the outermost film of a corner its name stands."""
_OVERHANG_PX = 30.0

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A size to lay words out on, in pixels: a little less than what is there, so that they fit."""

    name: str
    width: float
    height: float
    name_lines: int

    def scale(self, places: Points) -> Points:
        """Return places (0 to 1, upwards) in pixels, downwards."""
        scaled: Points = np.column_stack(
            [places[:, 0] * self.width, (1.0 - places[:, 1]) * self.height]
        )
        return scaled


SHEETS = (Sheet("wide", 960.0, 400.0, 2), Sheet("narrow", 300.0, 400.0, 1))


def place_words(
    films: pd.DataFrame, corners: pd.DataFrame, *, first: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both tables with what has room where.

    Parameters
    ----------
    films
        With title, role, x and y (0 to 1).
    corners
        With corner (its name) and members (places of its films in ``films``).
    first
        Roles whose titles are placed, the most important first; others show none.

    Returns
    -------
    films
        With ``short`` (title), ``wide`` and ``narrow`` (``above`` or ``below`` its point, where it
        has room, or nothing).
    corners
        With ``wide_x``, ``wide_y``, ``narrow_x`` and ``narrow_y``, where the name stands.
    """
    films = films.assign(short=[_cut(title) for title in films["title"]])
    corners = corners.copy()
    order = [i for role in first for i in np.flatnonzero(films["role"] == role).tolist()]
    for sheet in SHEETS:
        points = sheet.scale(films[["x", "y"]].to_numpy())
        names = _place_names(corners, points, sheet)
        films[sheet.name] = _fitting(films["short"].tolist(), points, order, names, sheet)
        middle = np.array([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] for box in names])
        middle = middle.reshape(-1, 2)
        corners[f"{sheet.name}_x"] = middle[:, 0] / sheet.width
        corners[f"{sheet.name}_y"] = 1.0 - middle[:, 1] / sheet.height
    return films, corners


def _place_names(corners: pd.DataFrame, points: Points, sheet: Sheet) -> list[Box]:
    """Return a box a corner, beside its outermost film, where it covers least."""
    placed: list[Box] = []
    for name, members in zip(corners["corner"], corners["members"], strict=True):
        boxes = list(_name_boxes(name, points[list(members)], sheet))
        covered = [
            10 * sum(_meet(box, other) for other in placed) + _hit(box, points) for box in boxes
        ]
        placed.append(boxes[int(np.argmin(covered))])
    return placed


def _name_boxes(name: str, members: Points, sheet: Sheet) -> Iterator[Box]:
    half = len(name) * _NAME_PX / 2.0
    down = sheet.name_lines * _LINE_PX / 2.0
    middle = float(np.median(members[:, 0]))
    for film, step in (
        (int(members[:, 1].argmin()), _ABOVE),
        (int(members[:, 1].argmax()), _BELOW),
    ):
        y = members[film, 1] + step
        for x in (members[film, 0], middle, (members[film, 0] + middle) / 2.0):
            inside = min(max(x, half - _OVERHANG_PX), sheet.width - half + _OVERHANG_PX)
            yield (inside - half, y - down, inside + half, y + down)


def _fitting(
    titles: Sequence[str],
    points: Points,
    order: Sequence[int],
    names: Sequence[Box],
    sheet: Sheet,
) -> list[str]:
    """Return on which side of its point a title has room, given to the first in order first."""
    placed = list(names)
    important = np.array(sorted(order), np.int64)
    fits = [""] * len(titles)
    for film in order:
        half = len(titles[film]) * _TITLE_PX / 2.0
        others = points[important[important != film]]
        for side, step in (("above", -_LINE_PX), ("below", _LINE_PX)):
            x, y = points[film] + (0.0, step)
            box = (x - half, y - _LINE_PX / 2.0, x + half, y + _LINE_PX / 2.0)
            inside = box[0] >= -_OVERHANG_PX and box[2] <= sheet.width + _OVERHANG_PX
            free = not _hit(box, others) and not any(_meet(box, other) for other in placed)
            if inside and free:
                fits[film] = side
                placed.append(box)
                break
    return fits


def _meet(box: Box, other: Box) -> bool:
    across = box[0] < other[2] and other[0] < box[2]
    return across and box[1] < other[3] and other[1] < box[3]


def _hit(box: Box, points: Points) -> int:
    """Return how many points a box covers."""
    near = (points > np.array(box[:2]) - _POINT_PX) & (points < np.array(box[2:]) + _POINT_PX)
    return int(near.all(axis=1).sum())


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"
