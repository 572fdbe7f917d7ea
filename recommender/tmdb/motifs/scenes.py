"""Figurative motifs: a planet, a skyline, a figure in a beam of light."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from recommender.tmdb.motifs import (
    Motif,
    Palette,
    circle,
    ellipse,
    path,
    polygon,
    rect,
    short,
)


def _orbit(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    for _ in range(26):
        yield circle(rng.uniform(0, w), rng.uniform(0, h), rng.choice((0.6, 0.9, 1.4)), p.ink)
    x, y, r = rng.uniform(70, 130), rng.uniform(78, 110), rng.uniform(40, 56)
    tilt = rng.uniform(-32, 32)
    yield circle(x, y, r, p.first)
    yield path(
        f"M{short(x - r)} {short(y)}A{short(r)} {short(r)} 0 0 0 {short(x + r)} {short(y)}"
        f"A{short(r)} {short(r * 0.35)} 0 0 1 {short(x - r)} {short(y)}Z",
        p.ground,
        f' opacity=".35" transform="rotate({short(tilt)} {short(x)} {short(y)})"',
    )
    for step in range(3):
        yield (
            f'<ellipse cx="{short(x)}" cy="{short(y)}" rx="{short(r * (1.5 + 0.22 * step))}"'
            f' ry="{short(r * (0.34 + 0.06 * step))}" fill="none" stroke="{p.third}"'
            f' stroke-width="{short(2.4 - 0.6 * step)}"'
            f' transform="rotate({short(tilt)} {short(x)} {short(y)})"/>'
        )


def _eclipse(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x, y = w / 2 + rng.uniform(-18, 18), h * 0.5
    for step in range(6, 0, -1):
        yield circle(x, y, 34 + step * 14, p.first, f' opacity="{0.06 + 0.05 * (6 - step):.2f}"')
    yield circle(x, y, 46, p.third)
    yield circle(x + rng.choice((-9, 9)), y - 5, 44, p.ground)


def _horizon(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    level, x = h * 0.6, w / 2 + rng.uniform(-24, 24)
    yield circle(x, level - rng.uniform(0, 22), 52, p.first)
    yield rect(0, level, w, h - level, p.ground)
    for lane in range(-9, 10):
        d = f"M{short(x + lane * 7)} {short(level)}L{short(x + lane * 52)} {short(h)}"
        yield path(d, "none", f' stroke="{p.third}" stroke-width="1.1"')
    for step in range(6):
        yield rect(0, level + 1.6**step * 4 - 4, w, 1.1, p.third)


def _range(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.third)
    sun_x = rng.uniform(45, 155)
    for r, opacity in ((58, 0.25), (44, 0.45), (30, 1)):
        yield circle(sun_x, h * 0.42, r, p.first, f' opacity="{opacity}"')
    for base, rough, fill in ((0.62, 30, p.second), (0.78, 22, p.first), (0.92, 14, p.ground)):
        points = [(0.0, h)]
        x = 0.0
        while x < w:
            points.append((x, h * base - rng.uniform(0, rough) - 4))
            x += rng.uniform(18, 40)
        points += [(w, h * base - rng.uniform(0, rough)), (w, h)]
        yield polygon(points, fill)


def _spires(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    yield circle(rng.uniform(50, 150), h * 0.32, rng.uniform(28, 40), p.third)
    for fill, scale in ((p.first, 1.0), (p.ground, 0.62)):
        x = rng.uniform(-14, 0)
        while x < w:
            width = rng.uniform(15, 26)
            top = h - scale * rng.uniform(50, 130)
            yield rect(x, top, width, h - top, fill)
            yield polygon([(x - 4, top), (x + width + 4, top), (x + width / 2, top - 30)], fill)
            x += width + rng.uniform(2, 16)
        yield rect(0, h - scale * 34, w, scale * 34, fill)


def _city(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    yield circle(rng.uniform(40, 160), h * 0.32, 30, p.first)
    x = 0.0
    while x < w:
        width, top = rng.uniform(20, 40), h - rng.uniform(50, 140)
        yield rect(x, top, width, h - top, p.ground)
        for row in range(int((h - top) // 15)):
            for column in range(int(width // 10)):
                if rng.random() < 0.3:
                    yield rect(x + 4 + column * 10, top + 6 + row * 15, 4, 7, p.third)
        x += width + rng.uniform(0, 3)


def _beam(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x = rng.uniform(50, 150)
    foot = rng.uniform(60, 140)
    yield polygon([(x, -6), (foot - 74, h), (foot + 74, h)], p.first, ' opacity=".9"')
    yield polygon([(x, -6), (foot - 40, h), (foot + 40, h)], p.ink, ' opacity=".28"')
    # a figure in the light: coat and hat, three shapes
    yield polygon(
        [(foot - 15, h), (foot - 8, h - 62), (foot + 8, h - 62), (foot + 15, h)], p.ground
    )
    yield circle(foot, h - 70, 8.5, p.ground)
    yield rect(foot - 16, h - 77, 32, 4, p.ground, ' rx="2"')
    yield rect(foot - 9, h - 88, 18, 12, p.ground, ' rx="3"')


def _hills(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    yield circle(rng.uniform(40, 160), h * 0.3, rng.uniform(20, 30), p.third)
    cloud = max(p.ground, p.ink)  # the lighter of the two
    for _ in range(2):
        x, y = rng.uniform(20, 150), rng.uniform(22, 90)
        yield rect(x, y, 44, 9, cloud, ' rx="4.5"')
        yield rect(x + 12, y - 6, 22, 12, cloud, ' rx="6"')
    for level, fill in ((0.98, p.first), (1.1, p.third), (1.24, p.ground)):
        for centre in (rng.uniform(-10, 70), rng.uniform(120, 210)):
            yield ellipse(centre, h * level, rng.uniform(80, 120), rng.uniform(54, 76), fill)


def _portrait(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x, y = w / 2 + rng.uniform(-14, 14), h * 0.42
    yield circle(x, y, 78, p.first)
    yield ellipse(x, h + 14, 70, 68, p.ground)
    yield rect(x - 13, y + 16, 26, 50, p.ground)
    yield ellipse(x, y, 31, 38, p.ground)
    side = rng.choice((-1, 1))
    d = f"M{short(x)} {short(y - 38)}A31 38 0 0 {1 if side > 0 else 0} {short(x)} {short(y + 38)}Z"
    yield path(d, p.third)


def _eye(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    x, y = w / 2, h * rng.uniform(0.44, 0.54)
    for scale, fill in ((1.0, p.first), (0.82, p.third), (0.66, p.ground)):
        rx, ry = 96 * scale, 118 * scale
        d = (
            f"M{short(x - rx)} {short(y)}Q{short(x)} {short(y - ry)} {short(x + rx)} {short(y)}"
            f"Q{short(x)} {short(y + ry)} {short(x - rx)} {short(y)}Z"
        )
        yield path(d, fill)
    yield circle(x + rng.uniform(-8, 8), y, 25, p.first)
    yield circle(x + rng.uniform(-4, 4), y, 11, p.ground)
    yield circle(x + 8, y - 9, 4, p.ink)


def _window(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.third)
    inset = rng.uniform(26, 40)
    yield rect(inset, 22, w - 2 * inset, h - 22, p.first)
    level = rng.uniform(0.55, 0.72) * h
    yield rect(inset, level, w - 2 * inset, h - level, p.second)
    yield circle(rng.uniform(70, 130), level, rng.uniform(20, 30), p.ink, ' opacity=".9"')
    yield rect(inset, level, w - 2 * inset, h - level, p.second)
    bar = rect(w / 2 - 2.5, 22, 5, h, p.ground) + rect(inset, h * 0.45, w - 2 * inset, 5, p.ground)
    yield bar


def _thorns(rng: Random, p: Palette, w: float, h: float) -> Iterator[str]:
    yield rect(0, 0, w, h, p.second)
    yield circle(w / 2 + rng.uniform(-36, 36), h * 0.48, rng.uniform(36, 50), p.first)
    for top in (True, False):
        x = rng.uniform(-14, 0)
        while x < w:
            width, reach = rng.uniform(15, 27), rng.uniform(34, 92)
            edge, tip = (-1.0, reach) if top else (h + 1, h - reach)
            yield polygon(
                [(x, edge), (x + width, edge), (x + width / 2 + rng.uniform(-5, 5), tip)], p.ground
            )
            x += width * rng.uniform(0.75, 1.0)


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
    # a figure in the door, and its shadow
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
            # a flat top over a steep wall, with rubble at its foot
            yield polygon([(x - apron, foot), (x, foot - apron), (x, foot - height),
                           (x + width, foot - height), (x + width, foot - apron),
                           (x + width + apron, foot)], fill)  # fmt: skip
            x += width + apron + rng.uniform(26, 80)
        yield rect(0, h * base - 0.5, w, h, fill)
    yield rect(0, h * 0.94, w, h, p.ground)


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


SCENES: Final[dict[str, Motif]] = {
    "beam": _beam,
    "bridge": _bridge,
    "butte": _butte,
    "city": _city,
    "doorway": _doorway,
    "eclipse": _eclipse,
    "eye": _eye,
    "hills": _hills,
    "horizon": _horizon,
    "kite": _kite,
    "lamp": _lamp,
    "orbit": _orbit,
    "portrait": _portrait,
    "range": _range,
    "road": _road,
    "spires": _spires,
    "stairs": _stairs,
    "thorns": _thorns,
    "window": _window,
}
