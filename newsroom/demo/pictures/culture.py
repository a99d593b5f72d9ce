"""The library and the stage."""

from newsroom.demo.pictures.sheet import H, W, arch, bar, disc, rect


def reading_room(s):
    """Afternoon light in the library's reading room."""
    frame = "umber green.7"
    s.fill("green.9 umber.45", rect(0, 0, W, H))
    s.fill("umber green.8", rect(0, 0, W, 70))
    for x in (330, 900, 1470):
        s.fill(frame, arch(x - 165, 60, x + 165, 660))
        s.fill("amber.05>.6 clay0>.15", arch(x - 145, 80, x + 145, 650))
        s.blobs((x - 95, 480, x + 30, 590), 9, 42, "green.4 amber.6")
        s.fill(frame, *(bar(x + i, 100 - 20 * (i == 0), x + i, 650, 8) for i in (-72, 0, 72)))
        s.fill(frame, *(bar(x - 145, y, x + 145, y, 8) for y in (225, 330, 435, 540)))
        s.fill(frame, rect(x - 172, 640, x + 172, 664))
    books = ("clay", "amber.9", "green.7", "clay.5 amber.6", "amber.2", "green.8 clay.5")
    for x0, x1 in ((-10, 140), (520, 710), (1090, 1280), (1660, 1810)):
        s.fill("umber clay.5 green.4", rect(x0, 110, x1, 860))
        for y in range(205, 776, 95):
            s.fill("umber green.9", rect(x0 + 10, y - 82, x1 - 10, y))
            x = x0 + 10
            while x < x1 - 26:
                w, h = (s.random.randrange(8, 20), s.random.randrange(48, 76))
                s.fill(s.random.choice(books), rect(x, y - h, x + w - 2, y))
                x += w
    s.fill("clay.75>.5 umber.6>.5 amber.4", rect(0, 820, W, H))
    for x in (330, 900, 1470):
        s.fill("amber.75 clay.3", "-150 830, 150 830, -60 1200, -460 1200", at=(x, 0, 1))
        for i in (-75, 0, 75):
            s.fill("clay.75 umber.5 amber.4", bar(x + i, 830, x + i * 1.3 - 260, H, 9, 13))
    s.gouges((0, 840, W, H), 90, 240, 5, "umber.7 clay.6 amber.3")
    coats = ("umber green.6", "clay umber.4", "green.8 amber.6")
    for y, x0, x1, h in ((800, 210, 1590, 139), (985, 60, 1740, 232)):
        seats = range(x0 + 150, x1 - 100, (x1 - x0) // 4)
        for i, x in enumerate(seats):
            if i == h % 4:
                continue
            s.fill(coats[(i + h) % 3], arch(-0.42, -0.5, 0.42, 0.05, 0.55), at=(x, y, h))
            s.fill("clay.5 amber.6", bar(0, -0.4, 0, -0.7, 0.12), at=(x, y, h))
            s.fill("clay.4 amber.55", disc(0.03, -0.71, 0.15, 0.17), at=(x, y, h))
            s.fill("umber clay.4", disc(0, -0.8, 0.17, 0.155), at=(x, y, h))
        s.fill("clay.85 amber.7", bar(900, y, 900, y + 44, x1 - x0 - 80, x1 - x0))
        s.fill("umber clay.6", rect(x0, y + 44, x1, y + 66))
        s.fill("umber clay.4", *(rect(x, y + 66, x + 40, H) for x in (x0 + 70, x1 - 110)))
        for x in seats:
            at = (x + 140, y + 20, h)
            s.fill("amber.6", disc(x + 140, y + 20, 120, 18))
            s.fill("amber umber.4", bar(0, 0, 0, -0.5, 0.045), at=at)
            s.fill("green.9 amber.5", arch(-0.34, -0.74, 0.34, -0.46, 0.24), at=at)
            s.fill("umber.9", disc(x + 140, y + 22, 40, 9))
            s.fill("amber.08", "-60 14, 0 22, 60 14, 70 30, 0 38, -70 30", at=(x, y, 1))


def concert(s):
    """A quartet on the open-air stage."""
    ink, warm, lamps = ("night violet.6", "flame.7 rose.5", (300, 1500, 640, 1160, 900))
    s.fill("night1>.55 violet.9>1", rect(0, 0, W, H))
    beams = ("rose.95>.25", "rose.95>.25", "flame1>.3", "flame1>.3", "flame.35>.05")
    for x, foot, beam in zip(lamps, (560, 1240, 330, 1470, 900), beams, strict=True):
        shape = [(x - 16, 96), (x + 16, 96), (foot + 200, 860), (foot - 200, 860)]
        s.fill(f"{beam} violet.1>.7", shape)
    s.fill("night violet.5", rect(0, 60, W, 104))
    for x in range(0, W, 62):
        s.fill("violet.9 rose.3", bar(x, 104, x + 62, 60, 5), bar(x, 60, x + 62, 104, 5))
    for x in lamps:
        s.fill("night violet.7", disc(x, 98, 40))
        s.fill("flame.15", disc(x, 108, 20))
    s.fill("flame.75>.3 rose.85 violet.2", rect(0, 850, W, 960))
    s.fill("night violet.8", rect(0, 905, W, H))
    people = ((500, 340, ink), (720, 330, "rose night.35"), (960, 360, ink), (1360, 345, ink))
    for x, h, coat in people:
        s.fill("night.8 rose.9", disc(x, 884, h * 0.25, h * 0.035))
        s.person(x, 880, h, coat, warm, "night")
    s.fill("rose.9 flame night.25", disc(560, 775, 78, 92), disc(560, 665, 55, 60))
    s.fill(ink, bar(560, 700, 545, 470, 17, 13))
    s.fill("rose.9 flame night.3", disc(545, 462, 15, 22))
    s.fill(ink, bar(480, 600, 548, 610, 26, 18), bar(480, 725, 580, 735, 26, 18))
    s.fill("rose night.35", bar(690, 640, 830, 592, 24, 18))
    s.fill("flame", bar(752, 574, 866, 566, 9, 12), "866 558, 906 536, 906 598, 866 576")
    s.fill(ink, bar(960, 640, 1040, 590, 26, 18))
    s.fill(warm, disc(548, 610, 13), disc(580, 735, 13), disc(1018, 590, 13))
    s.fill("night", bar(1022, 600, 1050, 880, 7))
    s.fill("night violet.2", disc(1018, 578, 15, 19))
    for x, y, r in ((1130, 800, 66), (1270, 822, 52), (1195, 760, 46)):
        s.fill(ink, disc(x, y, r))
        s.fill("flame.35", disc(x, y, r - 11))
    for x, y in ((1085, 690), (1262, 672)):
        s.fill(ink, bar(x, y, x, 880, 6))
        s.fill("flame", disc(x, y, 64, 10))
    s.fill(ink, bar(1345, 640, 1240, 705, 24, 16))
    s.fill("flame.2", bar(1250, 702, 1150, 668, 6))
    for y, r, dark in ((985, 44, ink), (1065, 58, "night violet"), (1165, 78, ink)):
        for i in range(int(W / r / 2.1) + 2):
            at = (i * r * 2.2 + s.random.uniform(-44, 14), y + s.random.uniform(-22, 14), r)
            s.fill(dark, disc(0, 2, 1.15, 1.3), disc(0, 0, 0.66, 0.8), at=at)
            rim = [*disc(0, 0, 0.66, 0.8, 200, 340), *disc(0, 0.08, 0.66, 0.8, 340, 200)]
            s.fill("rose flame.5", rim, at=at)
