"""Abstract motifs: rays, arches, tiles, waves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random
from typing import Final

from recommender.tmdb.motifs import (
    Motif,
    Palette,
    arch,
    circle,
    ellipse,
    path,
    polygon,
    rect,
    ring,
    short,
)


def _blinds(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.third)
    yield circle(rng.uniform(60, 140), h * 0.45, rng.uniform(46, 62), p.first)
    slant, pitch = rng.uniform(-16, 16), rng.uniform(15, 20)
    y = -24.0
    while y < h + 24:
        points = [(0.0, y), (w, y + slant), (w, y + slant + pitch * 0.56), (0.0, y + pitch * 0.56)]
        yield polygon(points, p.ground)
        y += pitch


def _turning(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.first)
    x, y, turn = w / 2 + rng.uniform(-20, 20), h / 2, rng.uniform(7, 13) * rng.choice((-1, 1))
    side, step = 230.0, 0
    while side > 6:
        fill = (p.ground, p.first, p.second)[step % 3]
        spin = f' transform="rotate({short(step * turn)} {short(x)} {short(y)})"'
        yield rect(x - side / 2, y - side / 2, side, side, fill, spin)
        side *= 0.8
        step += 1
    yield circle(x, y, 4, p.ink)


def _embrace(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    r, y = rng.uniform(52, 62), h * rng.uniform(0.46, 0.54)
    gap, lift = r * rng.uniform(0.5, 0.72), rng.uniform(-14, 14)
    left, right = (w / 2 - gap, y - lift), (w / 2 + gap, y + lift)
    yield circle(*left, r, p.first)
    yield circle(*right, r, p.third)
    # the lens both share: where two circles of one radius cross
    dx, dy = right[0] - left[0], right[1] - left[1]
    distance = math.hypot(dx, dy)
    half = math.sqrt(r * r - distance * distance / 4)
    mx, my = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
    ux, uy = -dy / distance * half, dx / distance * half
    upper, lower = f"{short(mx + ux)} {short(my + uy)}", f"{short(mx - ux)} {short(my - uy)}"
    arc = f"A{short(r)} {short(r)} 0 0 1"
    d = f"M{upper}{arc} {lower}{arc} {upper}Z"
    yield path(d, p.ground)


def _petals(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x, y, count = w / 2, h / 2, rng.choice((6, 8, 10))
    turn = rng.uniform(0, 60)
    for petal in range(count):
        angle = turn + petal * 360 / count
        fill = p.first if petal % 2 else p.third
        spin = f' transform="rotate({short(angle)} {short(x)} {short(y)})"'
        yield ellipse(x, y - 48, 150 / count, 44, fill, spin)
    yield circle(x, y, 17, p.ground)


def _tiles(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    columns = rng.choice((3, 4))
    side = w / columns
    colours = [p.first, p.second, p.third, p.ground]
    for row in range(math.ceil(h / side)):
        for column in range(columns):
            x, y = column * side, row * side
            back, front = rng.sample(colours, 2)
            yield rect(x, y, side + 0.3, side + 0.3, back)
            edge = f' stroke="{front}" stroke-width=".6"'  # no hairline between two tiles
            kind = rng.randrange(4)
            if kind == 0:
                yield circle(x + side / 2, y + side / 2, side * 0.34, front)
            elif kind == 1:
                yield polygon([(x, y), (x + side, y), (x, y + side)], front, edge)
            else:
                turn = rng.choice((0, 90, 180, 270))
                arc = f"a{short(side)} {short(side)} 0 0 1 {short(-side)} {short(side)}"
                d = f"M{short(x)} {short(y)}h{short(side)}{arc}z"
                spin = f' transform="rotate({turn} {short(x + side / 2)} {short(y + side / 2)})"'
                yield path(d, front, edge + spin)


def _arches(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x = w / 2 + rng.uniform(-34, 34)
    fills = [p.first, p.ground, p.third, p.second, p.first, p.ground]
    radius = rng.uniform(90, 112)
    top = rng.uniform(16, 34)
    for step, fill in enumerate(fills):
        r = radius - step * rng.uniform(15, 18)
        if r < 8:
            break
        y = top + radius + step * 3
        yield arch(x, y, r, h, fill)


def _burst(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x, y, count = rng.uniform(40, 160), h * rng.uniform(0.72, 1.0), rng.choice((14, 18, 22))
    for ray in range(count):
        a, b = (2 * math.pi * (ray + part) / count for part in (0, 0.5))
        yield polygon(
            [
                (x, y),
                (x + 320 * math.cos(a), y + 320 * math.sin(a)),
                (x + 320 * math.cos(b), y + 320 * math.sin(b)),
            ],
            p.first,
        )
    yield circle(x, y, 44, p.third)
    yield circle(x, y, 27, p.ground)


def _chevrons(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    peak, pitch = rng.uniform(50, 150), rng.uniform(24, 32)
    y, step = -pitch * 2, 0
    while y < h + 60:
        fill = (p.first, p.ground, p.third, p.second)[step % 4]
        points = [
            (0, y + 52),
            (peak, y),
            (w, y + 52),
            (w, y + 52 + pitch),
            (peak, y + pitch),
            (0, y + 52 + pitch),
        ]
        yield polygon(points, fill)
        y, step = y + pitch, step + 1


def _waves(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    phase, length = rng.uniform(0, 6), rng.uniform(50, 80)
    for line in range(11):
        y = 14 + line * 16
        swing = 3 + 15 * math.exp(-(((line - 5) / 2.6) ** 2))
        heights = {
            x: y + swing * math.sin(phase + line * 0.5 + 2 * math.pi * x / length)
            for x in range(-5, int(w) + 10, 6)
        }
        points = " ".join(f"{x},{short(at)}" for x, at in heights.items())
        stroke = (p.first, p.ground, p.third)[line % 3]
        yield f'<polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="6"/>'


def _records(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.first)
    x, y = rng.uniform(60, 140), h * 0.5
    yield circle(x, y, 84, p.ground)
    for r in range(34, 82, 7):
        yield ring(x, y, r, p.second, 1.4)
    yield circle(x, y, 28, p.third)
    yield circle(x, y, 4.5, p.ground)


def _lanes(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x, y = rng.choice((0.0, w)), h
    for step in range(8):
        yield circle(x, y, 205 - step * 24, (p.first, p.ground)[step % 2])
    yield circle(x, y, 20, p.third)


def _halftone(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x0, y0 = rng.uniform(20, 180), rng.uniform(20, h - 20)
    pitch = 18
    for row in range(int(h // pitch) + 1):
        for column in range(int(w // pitch) + 1):
            x = column * pitch + (pitch / 2 if row % 2 else 0)
            y = row * pitch + 6
            r = 8.6 * math.exp(-math.hypot(x - x0, y - y0) / 95)
            if r > 1.2:
                yield circle(x, y, r, p.first if r < 5.2 else p.third)


def _shards(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    lean = rng.uniform(50, 110) * rng.choice((-1, 1))
    x = -130.0
    step = 0
    while x < w + 130:
        width = rng.uniform(12, 38)
        fill = (p.first, p.ground, p.third, p.second)[step % 4]
        yield polygon([(x, 0), (x + width, 0), (x + width + lean, h), (x + lean, h)], fill)
        x, step = x + width, step + 1
    yield circle(rng.uniform(60, 140), rng.uniform(60, 120), rng.uniform(20, 32), p.ink)


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


PATTERNS: Final[dict[str, Motif]] = {
    "arches": _arches,
    "blinds": _blinds,
    "burst": _burst,
    "chevrons": _chevrons,
    "embrace": _embrace,
    "frames": _frames,
    "halftone": _halftone,
    "lanes": _lanes,
    "petals": _petals,
    "records": _records,
    "shards": _shards,
    "smoke": _smoke,
    "tiles": _tiles,
    "turning": _turning,
    "waves": _waves,
}
