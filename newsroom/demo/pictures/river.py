"""The river: the bridge upstream, the port below the town."""

import itertools

from newsroom.demo.pictures.sheet import H, W, bar, disc, rect


def dawn(s):
    """A stone bridge over the river, the sun just clear of the hills."""
    s.fill("slate.55>0 coral.2>.55 sun0>.95", rect(0, 0, W, 700))
    s.gouges((0, 90, 1100, 200), 34, 420, 9, "coral.12 sun.1")
    s.gouges((700, 300, W, 420), 26, 420, 9, "coral.12 sun.2")
    s.fill("sun.95 coral", disc(1210, 470, 165))
    s.ridge(560, 36, "slate.5>.3 coral.8>.3 sun.3")
    s.ridge(620, 26, "slate.9>.7 coral.45 night.05", 4)
    s.town(-20, 640, 710, 40, 110, "slate night.35", "sun")
    s.fill("slate night.35", "330 700, 330 400, 362 250, 394 400, 394 700")
    s.fill("slate.2>.95 coral.5>.1 sun.7>0", rect(0, 690, W, H))
    s.gouges((0, 720, W, 1180), 170, 360, 8, "slate.75 night.25")
    s.gouges((0, 700, W, 1080), 110, 300, 7, "coral.35 sun.35")
    s.glitter(1210, 705, 42, "sun.95 coral.8")
    ink, piers = ("night slate.8", (1860, 1460, 1030, 600, 210, -120))
    bridge = [(-20, -150), (500, -195), (1000, -208), (1400, -195), (1820, -160), (1820, -40)]
    for b, a in itertools.pairwise(piers):
        curve = disc((a + b) / 2, -38, (b - a) / 2 - 30, 120, 0, -180)
        bridge += [(b - 30, 0), *curve, (a + 30, 0)]
    s.fill("slate night.45", bridge, at=(0, 740, 1, -0.42))
    s.fill("slate.85 night", bridge, at=(0, 740, 1))
    s.gouges((0, 745, W, 830), 150, 220, 6, "slate.5 coral.2 sun.3")
    for x in piers[1:5]:
        s.fill(ink, bar(x, 752, x, 660, 92, 56), bar(x, 580, x, 472, 5))
        s.fill("sun", disc(x, 464, 9, 13))
    s.person(820, 540, 64, ink)
    s.person(880, 538, 60, ink)
    hull = "-200 -15, 130 -15, 200 -50, 140 40, -130 48"
    s.fill("slate night.5", hull, at=(1210, 1094, 1, -1))
    s.fill(ink, hull, at=(1210, 1000, 1))
    s.fill("coral.9 sun.5", "1015 983, 1340 983, 1404 955, 1342 998, 1030 998")
    s.fill(ink, "0 960, 160 985, 330 1050, 560 1110, 800 1160, 900 1200, 0 1200")
    for _ in range(120):
        x, tip = (s.random.triangular(0, 640, 60), s.random.uniform(-70, 90))
        y = 985 + x * 0.25
        s.fill(ink, bar(x, y + 90, x + tip, y - s.random.uniform(60, 260), 10, 1))
    s.gouges((0, 1090, 520, 1200), 40, 60, 5, "slate.6 sun.3", -60)


def harbour(s):
    """Gantry cranes over a freighter at the river port."""
    s.fill("haze.75>.1 rust0>.5", rect(0, 0, W, 900))
    s.fill("rust.75>.9", disc(420, 520, 130))
    s.gouges((0, 180, W, 470), 46, 520, 11, "haze.12 rust.12")
    s.ridge(690, 20, "haze.9 rust.35", 4)
    s.fill("haze.55>1 rust.4>0 petrol0>.55", rect(0, 790, W, H))
    s.gouges((0, 810, W, 1190), 170, 340, 8, "petrol.75 haze.8")
    s.gouges((0, 810, W, 1060), 90, 300, 7, "haze.15 rust.25")
    s.glitter(420, 805, 27, "rust.9")
    for i in range(22):
        paint = s.random.choice(("rust", "petrol.85", "haze.9", "rust.45", "rust.9 petrol.5"))
        at = (760 + i % 6 * 121 + i % 6 // 2 * 9, 690 - i // 6 * 56, 1)
        s.fill(paint, rect(0, 0, 114, 53), at=at)
        s.fill("night.6", *(rect(k, 6, k + 2.5, 47) for k in range(12, 110, 13)), at=at, over=True)
    s.fill("rust.03", rect(560, 590, 700, 760))
    s.fill("night petrol.5", rect(545, 560, 715, 596))
    s.fill("rust", bar(669, 560, 669, 470, 58, 42))
    s.fill("night", rect(646, 490, 692, 510))
    for x in range(574, 690, 24):
        s.fill("night.9", rect(x, 614, x + 14, 632), rect(x, 656, x + 14, 674))
    s.fill("night petrol.8", "500 745, 1540 745, 1640 712, 1570 905, 530 905")
    s.fill("rust", "524 868, 1582 868, 1570 912, 530 912")
    s.fill("rust.03", "506 752, 1542 752, 1640 720, 1636 730, 1544 764, 507 764")
    s.gouges((520, 930, 1580, 1060), 190, 240, 9, "night.95 petrol.8")
    s.gouges((560, 925, 1560, 960), 36, 200, 8, "rust.9")
    _crane(s, "petrol.9 haze.5", (1330, 400, 0.82))
    _crane(s, "night petrol.7", (905, 300, 1))
    s.fill("night petrol.6", "0 1070, 1800 1020, 1800 1200, 0 1200")
    s.fill("haze.4 rust.3", "0 1070, 1800 1020, 1800 1034, 0 1086")
    s.gouges((0, 1110, W, H), 70, 240, 5, "haze.5 petrol.8", -2)
    for at in ((200, 1084, 1), (560, 1075, 1), (1280, 1055, 1), (1660, 1045, 1)):
        s.fill("night rust.3", bar(0, 0, 0, -52, 44, 28), disc(0, -54, 26, 12), at=at)
    s.person(330, 1140, 130, "rust night.15", "rust.4")
    s.person(395, 1138, 122, "rust night.15", "rust.4")


def _crane(s, steel, at):
    s.fill(steel, bar(0, 770, 0, 0, 24), bar(250, 770, 250, 0, 24), at=at)
    s.fill(steel, *(bar(-12, y, 262, y, 22) for y in (250, 690)), at=at)
    s.fill(steel, bar(0, 20, 250, 240, 9), bar(250, 20, 0, 240, 9), at=at)
    s.fill(steel, bar(-540, -10, 420, -10, 24), bar(-540, -44, 420, -44, 6), at=at)
    for x in range(-540, 400, 80):
        s.fill(steel, bar(x, -10, x + 40, -44, 4), bar(x + 40, -44, x + 80, -10, 4), at=at)
    s.fill(steel, bar(0, 0, 60, -190, 16), bar(250, 0, 60, -190, 14), at=at)
    s.fill(steel, *(bar(60, -190, x, -40, 5) for x in (-500, -250, 400)), at=at)
    s.fill(steel, rect(270, -105, 390, -22), at=at)
    s.fill(steel, bar(-128, 30, -128, 140, 3), bar(-82, 30, -82, 140, 3), at=at)
    s.fill("rust", rect(-140, 2, -70, 42), rect(-162, 140, -48, 192), at=at)
