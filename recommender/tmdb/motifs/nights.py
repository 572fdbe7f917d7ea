"""Motifs of the dark hours and of open country: a lamp, a door, a bridge, a road, a butte."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import Final

from recommender.tmdb.motifs.shapes import Motif, Palette, circle, path, polygon, rect, short


def _stairs(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    # light from a window far up, cut by a railing
    x = rng.uniform(112, 150)
    yield polygon([(x, -4), (x + 56, -4), (x - 18, h), (x - 138, h)], p.first, ' opacity=".85"')
    steps = rng.randint(6, 8)
    run, rise = w / steps, (h - 46) / steps
    points = [(0.0, h)]
    for step in range(steps):
        level = h - 14 - rise * (step + 1)
        points += [(step * run, level), ((step + 1) * run, level)]
    yield polygon([*points, (w, h)], p.ground)
    for step in range(steps):
        foot = h - 14 - rise * (step + 1)
        yield rect(step * run + run * 0.45, foot - 44, 2.4, 44, p.third)
    rail = f"M0 {short(h - 58 - rise * 0.8)}L{short(w)} {short(h - 58 - rise * steps)}"
    yield path(rail, "none", f' stroke="{p.third}" stroke-width="4"')


def _lamp(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x, top = rng.uniform(58, 142), rng.uniform(34, 50)
    yield polygon([(x - 8, top), (x + 8, top), (x + 66, h), (x - 66, h)], p.first, ' opacity=".8"')
    yield circle(x, top, 30, p.first, ' opacity=".35"')
    rain = "".join(
        f"M{short(a)} {short(b)}l-5 17"
        for a, b in ((rng.uniform(0, w + 10), rng.uniform(-8, h)) for _ in range(46))
    )
    yield path(rain, "none", f' stroke="{p.ink}" stroke-width="1" opacity=".45"')
    yield rect(x - 2.5, top, 5, h - top, p.ground)
    yield polygon([(x - 15, top + 8), (x - 8, top - 10), (x + 8, top - 10), (x + 15, top + 8)],
                  p.ground)  # fmt: skip
    yield circle(x, top + 8, 7, p.ink)
    yield rect(0, h - 12, w, 12, p.ground)


def _doorway(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.ground)
    x, width, foot = rng.uniform(58, 104), rng.uniform(40, 52), h * 0.66
    yield rect(0, foot, w, h - foot, p.second)
    lean = rng.uniform(-34, 34)
    floor = [(x, foot), (x + width, foot), (x + width + 46 + lean, h), (x - 46 + lean, h)]
    yield polygon(floor, p.first, ' opacity=".75"')
    yield rect(x, 26, width, foot - 26, p.first)
    # somebody stands in it, and the shadow falls into the room
    middle = x + width * rng.uniform(0.42, 0.58)
    yield polygon([(middle - 9, foot), (middle - 7, foot - 58), (middle + 7, foot - 58),
                   (middle + 9, foot)], p.ground)  # fmt: skip
    yield circle(middle, foot - 66, 8, p.ground)
    yield polygon([(middle - 9, foot), (middle + 9, foot), (middle + 15 + lean * 0.8, h),
                   (middle - 15 + lean * 0.8, h)], p.ground, ' opacity=".85"')  # fmt: skip


def _bridge(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    yield circle(rng.uniform(50, 150), rng.uniform(44, 64), rng.uniform(20, 30), p.first)
    deck, towers = h * 0.68, (rng.uniform(30, 52), rng.uniform(142, 166))
    yield rect(0, deck + 8, w, h, p.third)
    for level in range(4):
        yield rect(rng.uniform(0, 90), deck + 20 + level * 12, rng.uniform(50, 110), 2.5, p.second)
    left, right = towers
    cable = (
        f"M-20 {short(deck)}Q{short(left - 16)} {short(deck - 30)} {short(left)} 34"
        f"Q{short((left + right) / 2)} {short(2 * deck - 50)} {short(right)} 34"
        f"Q{short(right + 16)} {short(deck - 30)} {short(w + 20)} {short(deck)}"
    )
    yield path(cable, "none", f' stroke="{p.ground}" stroke-width="3.4"')
    for step in range(1, 12):
        part = step / 12
        x = left + (right - left) * part
        sag = 34 + (deck - 42) * 4 * part * (1 - part) * 0.98
        yield rect(x, sag, 1.4, deck - sag, p.ground)
    for x in towers:
        yield rect(x - 6, 28, 12, h * 0.9 - 28, p.ground)
    yield rect(0, deck, w, 9, p.ground)


def _smoke(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    foot, phase = rng.uniform(70, 130), rng.uniform(0, math.tau)
    for strand in range(5):
        points = []
        for step in range(25):
            up = step / 24
            sway = math.sin(phase + up * 6.4 + strand * 0.5) * (6 + 46 * up)
            points.append((foot + sway + (strand - 2) * 13 * up, h - 26 - up * (h + 4)))
        line = "L".join(f"{short(x)} {short(y)}" for x, y in points)
        width = 7 - strand * 0.8
        stroke = (p.first, p.third, p.ink, p.first, p.third)[strand]
        yield path(f"M{line}", "none", f' stroke="{stroke}" stroke-width="{short(width)}"'
                   ' stroke-linejoin="round" opacity=".85"')  # fmt: skip
    yield rect(0, h - 20, w, 20, p.ground)
    yield rect(foot - 4, h - 28, 92, 9, p.ink, ' rx="2"')
    yield rect(foot - 4, h - 28, 9, 9, p.first, ' rx="2"')


def _road(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    level, x = h * rng.uniform(0.42, 0.52), w / 2 + rng.uniform(-34, 34)
    yield rect(0, 0, w, level, p.second)
    yield circle(x + rng.uniform(-46, 46), level, rng.uniform(30, 46), p.first)
    yield rect(0, level, w, h - level, p.third)
    yield polygon([(x - 3, level), (x + 3, level), (w * 0.5 + 104, h), (w * 0.5 - 104, h)],
                  p.ground)  # fmt: skip
    for step in range(6):
        near, far = (step / 6) ** 1.9, ((step + 0.5) / 6) ** 1.9
        middle = [x + (w / 2 - x) * part for part in (near, far)]
        top, foot = level + (h - level) * near, level + (h - level) * far
        half = (0.4 + 4.6 * near, 0.4 + 4.6 * far)
        yield polygon([(middle[0] - half[0], top), (middle[0] + half[0], top),
                       (middle[1] + half[1], foot), (middle[1] - half[1], foot)],
                      p.ink)  # fmt: skip


def _butte(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.third)
    yield circle(rng.uniform(50, 150), h * 0.4, rng.uniform(36, 50), p.first)
    for base, fill, wide in ((0.66, p.second, (40, 66)), (0.84, p.first, (26, 46))):
        x = rng.uniform(-20, 20)
        while x < w:
            width, height = rng.uniform(*wide), rng.uniform(34, 62)
            foot, apron = h * base, height * rng.uniform(0.35, 0.55)
            # a flat top over a steep wall, and what has crumbled off it
            yield polygon([(x - apron, foot), (x, foot - apron), (x, foot - height),
                           (x + width, foot - height), (x + width, foot - apron),
                           (x + width + apron, foot)], fill)  # fmt: skip
            x += width + apron + rng.uniform(26, 80)
        yield rect(0, h * base - 0.5, w, h, fill)
    yield rect(0, h * 0.94, w, h, p.ground)


def _frames(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    tilt = rng.uniform(-9, 9)
    inside = [rect(42, -40, 116, h + 80, p.ground)]
    for step in range(-2, 14):
        inside += [rect(x, step * 19, 7, 10, p.second, ' rx="2"') for x in (47, 146)]
    for step in range(-1, 5):
        fill = (p.first, p.third, p.ink)[(step + rng.randint(0, 2)) % 3]
        inside.append(rect(61, step * 62, 78, 54, fill, ' rx="3"'))
        inside.append(circle(rng.uniform(82, 118), step * 62 + rng.uniform(20, 36), 13, p.ground))
    yield f'<g transform="rotate({short(tilt)} 100 {short(h / 2)})">{"".join(inside)}</g>'


def _kite(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x, y, size = rng.uniform(74, 126), rng.uniform(52, 70), rng.uniform(36, 46)
    turn = rng.uniform(-26, 26)
    tail = f"M{short(x)} {short(y + size * 1.3)}q-26 22 2 40t-6 46"
    yield path(tail, "none", f' stroke="{p.ink}" stroke-width="2"')
    for dx, dy in ((-10, 22), (1, 41), (6, 60)):
        yield circle(x + dx, y + size * 1.3 + dy, 4.5, p.third)
    top, right, foot, left = (x, y - size), (x + size * 0.8, y), (x, y + size * 1.3), (
        x - size * 0.8, y)  # fmt: skip
    middle = (x, y)
    sails = zip((top, right, foot, left), (right, foot, left, top),
                (p.first, p.third, p.first, p.ink), strict=True)  # fmt: skip
    halves = [polygon([one, other, middle], fill) for one, other, fill in sails]
    yield f'<g transform="rotate({short(turn)} {short(x)} {short(y)})">{"".join(halves)}</g>'
    for level, fill in ((1.02, p.third), (1.14, p.ground)):
        yield circle(rng.uniform(20, 180), h * level + 90, 118, fill)


NIGHTS: Final[dict[str, Motif]] = {
    "stairs": _stairs,
    "lamp": _lamp,
    "doorway": _doorway,
    "bridge": _bridge,
    "smoke": _smoke,
    "road": _road,
    "butte": _butte,
    "frames": _frames,
    "kite": _kite,
}
