"""The demo's authors."""

import math

from newsroom.demo.pictures.sheet import arch, bar, disc, points, rect, ring

#: For each portrait: the hair, the tone of the skin (0 to 1), whether there are glasses, and the
#: inks of skin, hair, cloth and background.
PORTRAITS = {
    "portrait-clemence-aubertin": ("bob", 0.62, False, "e9946f 3a2430 c8443c 8fb3ad"),
    "portrait-theodore-maslin": ("beard", 0.66, True, "e79a72 5a3a2a 2f5f78 e9b85a"),
    "portrait-nuala-fairbrother": ("long", 0.52, False, "eb9b7d b5482a 35694f 9cbfc6"),
    "portrait-yannick-deloree": ("curls", 0.9, False, "b5653f 2a2030 e0a030 b58aa0"),
    "portrait-edith-marchenoir": ("bun", 0.58, True, "e79a7c 6f7484 2b3260 e79a86"),
}
#: For each hair: the height of the crown's centre (y), the crown's half width and half height, and
#: the points of the hairline below it.
HAIR = {
    "long": (320, 150, 158, "544 360, 490 250, 350 225, 256 360"),
    "bun": (310, 150, 150, "540 330, 500 240, 400 215, 300 240, 260 330"),
    "bob": (310, 156, 150, "550 400, 520 275, 280 275, 250 400"),
    "curls": (290, 140, 130, "538 320, 510 245, 290 245, 262 320"),
    "beard": (300, 148, 140, "542 370, 526 270, 330 250, 280 300, 258 370"),
}


def portrait(s, style, skin, glasses):
    """Draw a head and shoulders, lit from the left; `style` names the hair."""
    hair, neck = ("hair cloth.35", f"skin{skin + 0.1:.2f} hair.22")
    s.fill("ground.8>.35", rect(0, 0, 800, 800))
    s.fill("ground.12", disc(400, 400, 320))
    if style == "long":
        for dx, y, r in ((110, 330, 130), (150, 460, 105), (130, 560, 80)):
            s.blob(400 - dx, y, r, hair, 0.05)
            s.blob(400 + dx, y, r, hair, 0.05)
    elif style == "bun":
        s.fill(hair, disc(400, 118, 74, 62))
    elif style == "bob":
        s.fill(hair, arch(208, 120, 592, 310, 190), bar(400, 300, 400, 510, 384, 412))
    elif style == "curls":
        for a in (math.radians(165 + i * 13) for i in range(17)):
            s.blob(400 + 132 * math.cos(a), 290 + 128 * math.sin(a), 62, hair, 0.06)
    s.fill("cloth hair.12", arch(70, 560, 730, 800, 240))
    s.fill("cloth hair.5", "400 560, 540 580, 690 700, 730 800, 400 800")
    s.fill(neck, "335 440, 465 440, 480 580, 400 640, 320 580")
    if style in ("curls", "bob"):
        s.fill("cloth.75", "312 530, 400 575, 488 530, 500 620, 400 650, 300 620")
    else:
        s.fill("ground.06", "318 566, 400 640, 340 720, 262 590")
        s.fill("ground.3", "482 566, 400 640, 460 720, 538 590")
    face = (disc(400, 340, 138, 150), disc(400, 350, 138, 172, 0, 180))
    s.fill(f"skin{skin} hair{skin * 0.12:.3f}", *face)
    cheek = [*disc(400, 350, 138, 165, -84, 84), *points("410 515, 404 430, 440 410, 412 330")]
    s.fill(f"skin{skin} hair{0.1 + skin * 0.25:.3f}", cheek)
    if style == "beard":
        jaw = disc(400, 390, 138, 160, 0, 180)
        s.fill(hair, [*points("262 370, 300 425, 400 415, 500 425, 538 370"), *jaw])
        s.fill("skin hair.3", disc(400, 448, 38, 9))
    else:
        s.fill("skin hair.75", "362 450, 400 456, 442 448, 402 468")
    y, wide, high, hairline = HAIR[style]
    s.fill(hair, [*disc(400, y, wide, high, 180), *points(hairline)])
    for x in (338, 462):
        s.fill("hair cloth.5", [*disc(x, 352, 26, 9, 180), *disc(x, 352, 26, 4, 360, 180)])
        s.fill("hair skin.6", bar(x - 32, 318, x + 32, 316, 9, 6))
    if glasses:
        frame = (ring(338, 354, 52, 44, 8), ring(462, 354, 52, 44, 8), bar(384, 350, 416, 350, 8))
        s.fill("hair cloth.6", *frame)
