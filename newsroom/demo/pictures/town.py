"""The town: its square, its market, its tram and its roofs."""

import math

from newsroom.demo.pictures.sheet import H, W, arch, bar, disc, rect, ring


def market_hall(s):
    """The iron market hall on a Saturday morning."""
    iron = "night bottle.7"
    s.fill("bottle.62>0 amber.1>.5", rect(0, 0, W, 1000))
    s.gouges((-100, 70, 620, 180), 22, 460, 12, "bottle.03")
    s.gouges((1250, 190, 1900, 330), 26, 460, 12, "bottle.03")
    for x in (-40, 1500):
        s.town(x, x + 370, 900, 260, 420, "amber.5 brick.4", "amber.3")
    for at in ((900, 0, -1, 1), (900, 0, 1, 1)):
        s.fill("brick.95 night.25", "780 920, 780 600, 380 500, 380 920", at=at)
        s.fill(iron, "810 612, 780 570, 380 465, 380 512", at=at)
        for x in range(418, 760, 68):
            s.fill("amber.35", arch(x, 640, x + 48, 770), at=at)
            s.fill("night", bar(x + 24, 640, x + 24, 770, 4), at=at)
    s.fill("brick night.3", rect(400, 560, 1400, 920))
    for r, tones in ((505, iron), (468, "brick amber.2"), (425, "amber.1>.75")):
        s.fill(tones, disc(900, 560, r, r * 0.94, 180))
    s.fill("night bottle.6", *(ring(900, 560, r, r * 0.93, 8) for r in (110, 215, 320)))
    for a in (math.pi * i / 16 for i in range(17, 32)):
        x, y = (900 + 428 * math.cos(a), 560 + 398 * math.sin(a))
        s.fill("night bottle.6", bar(900, 560, x, y, 4, 9))
    s.fill(iron, disc(900, 560, 62, 58, 180))
    s.fill("night.75>1 bottle.8", rect(400, 560, 1400, 920))
    s.fill(iron, rect(400, 556, 1400, 590))
    for x in range(470, 1350, 107):
        s.fill("amber.6", disc(x, 640, 12), bar(x, 590, x, 632, 3))
    for x in range(430, 1400, 232):
        s.fill("bottle night.4", rect(x - 10, 590, x + 12, 930))
    s.fill("amber.75>.35 brick.35>.1", rect(0, 910, W, H))
    for row in range(9):
        y = 925 + row * row * 3.6
        s.gouges((0, y, W, y + 6), 34 - row * 2, 90 + row * 14, 5 + row * 0.6, "brick.55 amber.5")
    stalls = ((60, 400, "brick"), (520, 360, "bottle"), (1000, 330, "brick"), (1370, 380, "bottle"))
    for x, w, stripe in stalls:
        s.fill("night.9 bottle.5", rect(x + 10, 770, x + w - 10, 930))
        for i in range(10):
            a, b = (x + w * i / 10, x + w * (i + 1) / 10)
            hem = disc((a + b) / 2 + (i - 4.5) * 4, 800, w / 20 + 2, 18, 0, 180)
            s.fill(f"{stripe}.95" if i % 2 else "amber.08", [(a, 725), (b, 725), *hem])
        for y, a, b in ((876, x + 14, x + w - 14), (920, x + 2, x + w - 2)):
            for fx in range(a + 14, b - 10, 25):
                fruit = s.random.choice(("brick amber.4", "amber", "bottle.8 amber.6"))
                s.fill(fruit, disc(fx, y, 15))
            s.fill("amber.8 brick.5", rect(a, y + 2, b, y + 38))
            s.fill("night.8", rect(a, y + 18, b, y + 21))
    people = (250, 1030, 190), (490, 985, 160), (925, 970, 150), (985, 976, 146), (1345, 1075, 225)
    for i, (x, y, h) in enumerate((*people, (1590, 1000, 170))):
        s.fill("night.5", "-.1 0, .1 0, -.9 .3, -1.1 .26", at=(x, y, h), over=True)
        coats = ("brick night.3", "night bottle.5", "amber brick.25")
        s.person(x, y, h, coats[(i + i // 3) % 3], "amber.4 brick.2", "night")


def tram(s):
    """A tram crossing an old street in evening light."""
    s.fill("blush.15>.75 mist.35>0", rect(0, 0, W, H))
    s.town(-60, 1900, 800, 430, 640, "mist.35 blush.6")
    x = -40
    for i in range(8):
        wall = ("blush.85 mist.2", "mist.75 blush.3", "blush.4 mist.15", "mist.9 night.15")[i % 4]
        shutter = "mist.95 night.7" if i % 4 == 3 else "mist.95 night.35"
        w, top = (s.random.randrange(210, 300), s.random.randrange(180, 330))
        s.fill(wall, rect(x, top, x + w, 900), rect(x + w * 0.6, top - 120, x + w * 0.72, top))
        s.fill("night.95 mist.4", bar(x + w / 2, top, x + w / 2, top - 70, w + 16, w - 44))
        for j in range(9):
            at = (x + w * (0.2 + j % 3 * 0.3), top + 45 + j // 3 * 125, 1)
            s.fill(shutter, rect(-36, 0, 36, 84), at=at)
            glass = "red.25 blush.15" if s.random.random() < 0.25 else "night.9 mist.6"
            s.fill(glass, rect(-19, 0, 19, 84), at=at)
            s.fill("mist.8", rect(-2, 0, 2, 84), at=at)
        x += w
    s.fill("mist.55>.2 blush.6>.3", rect(0, 880, W, H))
    s.gouges((0, 900, W, 1190), 120, 260, 6, "mist.8 blush.5")
    s.fill("night.75 mist.8", "180 1000, 1620 1000, 1500 1075, 40 1075")
    for y in (986, 1030):
        s.fill("night", rect(0, y, W, y + 5))
        s.fill("blush.05", rect(0, y + 6, W, y + 9))
    s.fill("night", bar(-10, 372, W, 380, 4), bar(-10, 400, W, 396, 4), bar(850, 400, 935, 400, 8))
    s.fill("night", bar(880, 560, 960, 470, 8), bar(960, 470, 890, 402, 6))
    s.fill("night mist.4", rect(760, 548, 1040, 580))
    roof = (*disc(330, 640, 70, None, 180, 270), *disc(1470, 640, 70, None, 270, 360))
    s.fill("red", [*roof, (1590, 985), (210, 985)])
    s.fill("blush.06", bar(900, 770, 900, 880, 1318, 1350))
    s.fill("night", bar(900, 880, 900, 900, 1350, 1356))
    s.fill("night mist.5", bar(900, 955, 900, 1004, 1200, 1160))
    s.fill("night.95 mist.7", bar(900, 650, 900, 775, 1278, 1318))
    for i in range(11):
        x = 345 + i * 103
        if i in (2, 8):
            s.fill("red night.25", rect(x - 4, 625, x + 96, 965))
            s.fill("night.9 mist.75", rect(x + 2, 650, x + 41, 940), rect(x + 49, 650, x + 88, 940))
            s.gouges((x + 6, 680, x + 80, 860), 5, 120, 12, "mist.35", -70)
            continue
        s.fill("mist.45>.2 blush.1>.5", rect(x, 655, x + 90, 772))
        if s.random.random() < 0.75:
            at = (x + s.random.randrange(36, 56), 772, 1)
            s.fill("night", disc(0, -64, 17, 21), arch(-34, -46, 34, 0, 46), at=at)
    s.fill("night.9 red.8", rect(893, 618, 917, 985))
    s.fill("night", ring(246, 845, 20, 20, 7), ring(1554, 845, 20, 20, 7))
    for x in (110, 1710):
        s.fill("night mist.5", bar(x, 1110, x + 6, 300, 46, 22))
        s.blobs((x - 180, 20, x + 180, 320), 16, 90, "night mist.6", 0.07, 0.8)
        s.blobs((x - 200, 0, x + 190, 330), 34, 17, "mist.9 night.2", 0.15, 0.6)
    s.person(1580, 1140, 220, "night mist.5", "blush.7")
    s.person(245, 1150, 225, "night mist.5", "blush.6")
    s.person(320, 1150, 150, "red night.2", "blush.7", "night")


def town_hall(s):
    """The town hall and its clock, with the market square in low sun."""
    stone, shade, roof = ("sun.4 rose.12", "rose.75 violet.5", "indigo violet.6")
    s.fill("violet.75>.05 rose.1>.6 sun0>.35", rect(0, 0, W, 1000))
    for i in range(60):
        a, far = (math.radians(180 + i * 3), s.random.uniform(700, 1250))
        c, d = (math.cos(a), math.sin(a))
        ray = bar(560 * c, 560 * d, far * c, far * d, 2, 8)
        s.fill("violet.36", ray, at=(900, 620, 1), over=True)
    for x in (-60, 1480):
        s.town(x, x + 390, 900, 230, 380, "violet.7 rose.5", "indigo.6")
    s.fill(stone, rect(330, 470, 1470, 900))
    s.fill(roof, bar(900, 476, 900, 350, 1200, 1040))
    s.gouges((400, 365, 1400, 462), 80, 46, 5, "violet.8", 90)
    for x in (440, 620, 1180, 1360):
        s.fill(stone, "-36 440, -36 385, 0 350, 36 385, 36 440", at=(x, 0, 1))
        s.fill(roof, disc(x, 400, 17))
    s.fill(shade, rect(310, 470, 1490, 488), rect(330, 676, 1470, 690))
    for x in (372, 468, 564, 660, 1140, 1236, 1332, 1428):
        s.fill(shade, arch(x - 34, 520, x + 34, 660), arch(x - 38, 720, x + 38, 900))
        s.fill("sun" if x in (372, 1332) else roof, arch(x - 26, 528, x + 26, 660))
        s.fill(stone, bar(x, 528, x, 660, 4), rect(x - 26, 590, x + 26, 594))
        s.fill("indigo1>.8 violet.6", arch(x - 29, 732, x + 29, 900))
    s.fill(stone, rect(745, 440, 1055, 900), rect(800, 130, 1000, 420))
    s.fill(shade, rect(975, 440, 1055, 900), rect(945, 130, 1000, 420))
    s.fill(roof, "690 460, 900 338, 1110 460")
    s.fill(stone, "735 452, 900 358, 1065 452")
    s.fill(shade, rect(700, 448, 1100, 468))
    s.fill(roof, disc(900, 422, 17), disc(890, 235, 76), rect(780, 118, 1020, 140))
    s.fill(roof, bar(900, 120, 900, 40, 200, 124), bar(900, 40, 900, -60, 40, 1))
    s.fill("sun.08", disc(890, 235, 64))
    for i in range(12):
        c, d = (math.cos(i * math.pi / 6), math.sin(i * math.pi / 6))
        s.fill(roof, bar(50 * c, 50 * d, 60 * c, 60 * d, 5), at=(890, 235, 1))
    s.fill(roof, bar(0, 0, -26, 24, 8, 4), bar(0, 0, 14, -50, 6, 3), at=(890, 235, 1))
    for x in (815, 900, 985):
        s.fill(roof, arch(x - 30, 500, x + 30, 670))
        s.fill(stone, bar(x, 500, x, 670, 4))
    s.fill(shade, rect(760, 664, 1040, 690), arch(826, 720, 974, 900))
    s.fill(roof, *(rect(x, 636, x + 5, 668) for x in range(768, 1040, 16)))
    for x, tones in ((765, "rose"), (858, "sun"), (943, "violet.9")):
        s.fill(roof, bar(x, 640, x + 26, 545, 5))
        s.fill(tones, "26 545, 80 566, 66 606, 14 590", at=(x, 0, 1))
    s.fill(roof, arch(840, 734, 960, 900))
    s.fill(shade, bar(900, 734, 900, 900, 5))
    s.fill("rose.8>.35 sun.6>.4", rect(0, 900, W, H))
    s.fill("violet.75 rose.65", "330 900, 1470 900, 1800 1010, 470 1010")
    s.fill("violet.75 rose.65", "1000 1010, 1210 1010, 1420 1160, 1250 1160")
    for i in range(4):
        step = rect(770 - i * 26, 886 + i * 15, 1030 + i * 26, 902 + i * 15)
        s.fill("sun.3 rose.22" if i % 2 else "sun.3 rose.1", step)
    for i in range(-12, 13):
        s.fill("rose", bar(900 + i * 60, 948, 900 + i * 260, 1230, 2, 5), over=True)
    s.gouges((0, 960, W, 1190), 60, 200, 6, "rose.3 sun.25")
    coats = ("indigo violet.4", "rose indigo.3", "indigo rose.4")
    people = (250, 1080, 180), (330, 1086, 174), (1540, 1130, 215), (700, 1010, 120)
    for i, (x, y, h) in enumerate((*people, (1150, 990, 110))):
        s.fill("violet.8", bar(0, 0, 1.2, 0.28, 0.2, 0.1), at=(x, y, h), over=True)
        s.person(x, y, h, coats[i % 3], "sun.4 rose.35")
    for _ in range(9):
        pigeon = (bar(-30, 5, 4, 0, 6, 17), disc(4, 0, 17, 10), disc(18, -12, 6))
        s.fill(roof, *pigeon, at=(s.random.uniform(550, 830), s.random.uniform(1080, 1150), 1))


def snow_roofs(s):
    """A night of snow on the roofs of the old town."""
    pick = s.random.uniform
    s.fill("blue1>.45 indigo.75>0 rust0>.35", rect(0, 0, W, H))
    s.fill("lamp.12", disc(1380, 230, 84))
    s.ridge(470, 60, "blue.55 indigo.12", 3)
    s.ridge(540, 36, "blue.75 indigo.3", 4)
    s.fill("rust.5 indigo", "420 800, 420 360, 470 130, 520 360, 520 800")
    s.fill("blue.05", "470 130, 478 362, 412 362")
    s.fill("lamp", arch(450, 400, 490, 480))
    rows = ((700, 170, 150), (850, 230, 190), (1030, 310, 240), (1290, 430, 330))
    for row, (base, wide, high) in enumerate(rows):
        x = -wide * pick(0.2, 0.7)
        while x < W:
            w, h = (pick(0.75, 1.15), high * pick(0.75, 1.1))
            _snowy_house(s, (x, base - h, wide), w, h / wide, f"indigo{0.35 + row * 0.18:.2f}")
            x += wide * w * pick(0.98, 1.1)
    for _ in range(420):
        s.fill("blue.02", disc(pick(0, W), pick(0, H), s.random.triangular(2, 8, 3)))


def _snowy_house(s, at, w, h, dark):
    pick, choice, pitch = (s.random.uniform, s.random.choice, s.random.uniform(0.42, 0.62))
    wall = choice(("rust.9", "rust.45 blue.4", "blue.95"))
    s.fill(f"{wall} {dark}", rect(0, 0, w, 3), at=at)
    x, y = (w * choice((0.22, 0.7)), -pitch * 1.05)
    for i in range(7 if s.random.random() < 0.26 else 0):
        puff = disc(x + 0.05 + i * i * 0.01, y - 0.04 - i * 0.075, 0.035 + i * 0.014)
        s.fill(f"blue{0.35 - i * 0.03:.2f}", puff, at=at)
    s.fill(f"rust {dark}", rect(x, y, x + 0.1, 0), at=at)
    s.fill("blue.04", disc(x + 0.05, y, 0.075, 0.035), at=at)
    ridge, eaves = ((w * pick(0.3, 0.7), -pitch), (w + 0.07, 0))
    s.fill("blue0>.3", [(-0.07, 0), ridge, eaves], at=at)
    s.fill("blue.35>.75 indigo.08", [ridge, eaves, (w * 0.62, 0)], at=at)
    n = (w + 0.14) / 9
    for i in range(9):
        snow = disc(n * (i + 0.5) - 0.07, 0, n * 0.62, pick(0.03, 0.075))
        s.fill("blue.02" if i < 6 else "blue.5", snow, at=at)
    for i in range(3 * math.ceil((h - 0.2) / 0.42)):
        x, y = (w * (0.18, 0.5, 0.82)[i % 3], 0.2 + 0.42 * (i // 3))
        glass = choice(("lamp rust.12", "lamp rust.12", "indigo blue.6"))
        s.fill(glass, bar(x, y, x, y + 0.2, 0.13), at=at)
        s.fill(f"{dark} rust.8", bar(x, y, x, y + 0.2, 0.016), at=at)
        s.fill("blue.04", bar(x, y + 0.2, x, y + 0.23, 0.17), at=at)
