"""The country around the town."""

import math

from newsroom.demo.pictures.sheet import H, W, bar, disc, rect


def wind_turbines(s):
    """Turbines on the ridge, above fields in late summer."""
    pick = s.random.uniform
    s.fill("blue.75>0 straw0>.5", rect(0, 0, W, 900))
    for at in ((300, 300, 80), (1420, 220, 100), (1640, 450, 54), (640, 470, 50)):
        for i in range(-3, 4):
            r = (1.15 - abs(i) * 0.24) * pick(0.85, 1.15)
            s.fill("straw.03", disc(i * 0.7, 0, r, r * 0.8, 180), at=at)
        s.fill("straw.03", bar(-2.1, 0.03, 2.9, 0.03, 0.15, 0.02), at=at)
    s.ridge(640, 40, "blue.55>.2 straw.2", 2)
    line = s.ridge(730, 55, "blue.75>.4 sage.55", 3, -0.05)
    for x, size, turn in ((300, 0.5, 10), (560, 0.42, 50), (1390, 0.46, 85), (1640, 0.55, 30)):
        _turbine(s, x, line[x], size, turn)
    s.ridge(800, 60, "sage1>.6 straw.35 blue.1", 3, 0.04)
    line = s.ridge(880, 90, "sage.5>.8 straw1>.7", 2, -0.1)
    s.gouges((0, 860, 1800, 1180), 240, 210, 7, "sage.85 straw.7", -9)
    _turbine(s, 1000, line[1000] + 30, 1.17, 14)
    path = []
    for i in range(41):
        t = i / 40
        x, y = (985 - 70 * t + 190 * math.sin(3.1 * t + 0.4) * (1 - t), 1230 - 450 * t**0.8)
        half = 70 * (1 - t) ** 2 + 5
        path[i:i] = [(x - half, y), (x + half, y)]
    s.fill("straw.15", path)
    s.ridge(1080, 60, "sage blue.75 pine.35", 2, 0.06)
    s.gouges((0, 1090, W, 1195), 120, 90, 5, "sage.9 straw.6", -70)
    for x, n in ((120, 9), (1500, 7), (1690, 11)):
        s.blobs((x - 110, 960, x + 110, 1080), n, 64, "pine.9 sage.7", 0.15)
        s.blobs((x - 140, 930, x + 100, 1050), n * 2, 13, "sage.9 straw.5", 0.4)
    for i in range(9):
        bird = "0 0, 10 -8, 20 0, 10 -4"
        s.fill("pine", bird, at=(640 + i * 22 + pick(-9, 9), 520 + pick(-40, 40), 1))


def _turbine(s, x, foot, size, turn):
    at = (x, foot - 430 * size, size)
    s.fill("straw.03", bar(0, 450, 0, 0, 22, 11), at=at)
    s.fill("pine.7 blue.6", bar(5, 450, 3, 0, 10, 5), at=at)
    for i in range(3):
        a = math.radians(turn + i * 120)
        u, v = (math.cos(a), math.sin(a))
        blade = [(-v * 6, u * 6), (u * 60 - v * 15, v * 60 + u * 15), (u * 285, v * 285)]
        s.fill("straw.03", [*blade, (v * 5, -u * 5)], at=at)
        s.fill("pine.6 blue.5", [*blade, (0, 0)], at=at)
    s.fill("pine blue.4", disc(0, 0, 14), at=at)


def orchard(s):
    """Apple rows below the hills, a fortnight before picking."""
    s.fill("sky.7>.05 straw0>.6", rect(0, 0, W, 600))
    s.fill("straw.5>.9", disc(1130, 330, 96))
    s.gouges((0, 70, W, 250), 34, 480, 11, "sky.12")
    s.ridge(420, 46, "sky.8>.5 leaf.15", 3)
    s.ridge(480, 30, "leaf.75>.5 sky.65", 3)
    s.fill("leaf.45>.75 straw.95", rect(0, 530, W, H))
    for i in range(-9, 11):
        x, foot = (960 + i * 6, 960 + i * 330)
        s.fill("leaf.95 straw.8 pine.15", [(x, 532), (foot + 75, H + 90), (foot - 75, H + 90)])
    s.fill("straw.5 leaf.08", "957 530, 963 530, 1075 1200, 755 1200")
    s.gouges((0, 620, W, 1200), 220, 44, 6, "leaf straw.5 sky.3", -70)
    for depth in (22, 17, 13.5, 11, 9, 7.4, 6, 4.8, 3.8, 3, 2.3, 1.7):
        for row in (-4.1, 3.9, -2.9, 2.7, -1.75, 1.55):
            r = 640 / depth
            _apple_tree(s, 960 + row * r * 0.86, 520 + r * 0.98, r, 0 if depth > 11 else 26)
    for x in (1130, 1290):
        s.fill("apple straw.4", *(disc(x + i * 15, 1068 - i % 3 * 7, 15) for i in range(-3, 4)))
        for y in (1074, 1102, 1130):
            s.fill("straw.9 apple.25", rect(x - 66, y, x + 66, y + 20))
    for x in (640, 736):
        s.fill("straw.6 pine.15", bar(x, 1130, 510 + x * 0.05, 600, 13, 8))
    for t in (i / 10 + 0.06 for i in range(10)):
        x, y = (640 - 98 * t, 1130 - 530 * t)
        s.fill("straw.6 pine.25", bar(x, y, x + 96 - 91 * t, y, 9))


def _apple_tree(s, x, y, r, apples):
    s.fill("pine.75 leaf.9", disc(-0.1, 0.02, 0.62, 0.11), at=(x, y, r), over=True)
    s.fill("pine apple.5", bar(0, 0.03, 0.02, -0.55, 0.12, 0.07), at=(x, y, r))
    for dx, dy, q in ((-0.28, 0.62, 0.3), (0.28, 0.66, 0.3), (0, 0.9, 0.36), (0, 0.6, 0.3)):
        s.blob(x + dx * r, y - dy * r, q * r, "pine.85 leaf.9", 0.05)
    for dx, dy, q in ((0.24, 0.75, 0.21), (0.05, 1.0, 0.24), (-0.22, 0.72, 0.18)):
        s.blob(x + dx * r, y - dy * r, q * r, "leaf straw.5 sky.25", 0.08)
    for _ in range(apples):
        a, d = (s.random.uniform(0, 6.28), 0.46 * math.sqrt(s.random.random()))
        at = (x + d * r * math.cos(a), y - r * 0.76 + d * r * 0.95 * math.sin(a), r)
        s.fill("apple straw.3", disc(0, 0, 0.037), at=at)
        s.fill("straw.3", disc(0.01, -0.012, 0.011), at=at)
