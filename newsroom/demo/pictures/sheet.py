"""A sheet of paper, the plates of its inks, and shapes to lay down on them.

A shape is drawn on the plates of some inks and erased from the other plates, so that later shapes
cover earlier ones. `Sheet.print_jpeg` breaks the tones into grain, shifts each plate a little and
multiplies the inks onto the paper.
"""

import functools
import io
import math
import random
import re

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

#: Plates are drawn larger by this factor and then reduced, for clean edges.
SCALE = 2
W, H = (1800, 1200)
PAPER = ((222, 213, 195), (255, 251, 230))


def points(text):
    """Return the points in a string of numbers, such as "0 0, 10 0, 5 8"."""
    return [tuple(map(float, pair.split())) for pair in text.split(",")]


def rect(x0, y0, x1, y1):
    """Return the corners of a rectangle."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def disc(x, y, r, ry=None, start=0, end=360):
    """Return the points of an ellipse, or of an arc of it (degrees, clockwise from the right)."""
    angles = [math.radians(start + (end - start) * i / 64) for i in range(65)]
    return [(x + r * math.cos(a), y + (ry or r) * math.sin(a)) for a in angles]


def ring(x, y, r, ry, width):
    """Return the outline of an ellipse."""
    return [*disc(x, y, r, ry), *disc(x, y, r - width, ry - width, 360, 0)]


def arch(x0, y0, x1, y1, rise=None):
    """Return the points of a round-headed opening."""
    r = (x1 - x0) / 2
    return [*disc(x0 + r, y0 + (rise or r), r, rise, 180), (x1, y1), (x0, y1)]


def bar(x0, y0, x1, y1, width, end=None):
    """Return a straight stroke as a quadrilateral, tapering from `width` to `end`."""
    length = math.hypot(x1 - x0, y1 - y0)
    nx, ny = ((y0 - y1) / length / 2, (x1 - x0) / length / 2)
    sides = ((x0, y0, width), (x1, y1, end or width))
    near, far = ([(x + nx * w * k, y + ny * w * k) for x, y, w in sides] for k in (1, -1))
    return [*near, *far[::-1]]


@functools.cache
def mix(tones):
    """Return the (top, bottom) values, 0 to 255, of each ink in a mix such as "sun rose.4>0"."""
    return {
        name: (round(255 * float(top or 1)), round(255 * float(bottom or top or 1)))
        for name, top, bottom in re.findall(r"([a-z]+)([\d.]*)(?:>([\d.]+))?", tones)
    }


class Sheet:
    """A sheet of paper and a plate for each ink in `inks`, such as "sun f4b23c night 22325c"."""

    def __init__(self, key, inks, size=(W, H)):
        self.random = random.Random(f"newsroom {key}")  # noqa: S311 - drawing, not guarding
        self.size = size
        self.inks = dict(re.findall(r"(\w+) (\w+)", inks))
        self.plates = {n: Image.new("L", (size[0] * SCALE, size[1] * SCALE)) for n in self.inks}
        self.pens = {name: ImageDraw.Draw(plate) for name, plate in self.plates.items()}

    def fill(self, tones, *shapes, at=(0, 0, 1), over=False):
        """Lay shapes down in a mix of inks, such as "sun rose.4 night.9>0".

        A tone is 0 to 1 (1 where there is none); `a>b` is a gradient from top to bottom. Inks that
        are not named are erased inside the shape, or stay as they are with `over`. A shape is a
        list of points or a string of them; `at` gives their origin, and their scale across (and
        down).
        """
        tones = mix(tones)
        x0, y0, across, down = (*at, at[2])[:4]
        for shape in shapes:
            shape = points(shape) if isinstance(shape, str) else shape
            corners = [((x0 + x * across) * SCALE, (y0 + y * down) * SCALE) for x, y in shape]
            for name in tones if over else self.plates:
                top, bottom = tones.get(name, (0, 0))
                if top == bottom:
                    self.pens[name].polygon(corners, fill=top)
                else:
                    self._shade(name, corners, top, bottom)

    def _shade(self, name, corners, top, bottom):
        xs, ys = zip(*corners, strict=True)
        x, y = (math.floor(min(xs)), math.floor(min(ys)))
        size = (math.ceil(max(xs)) - x + 1, math.ceil(max(ys)) - y + 1)
        shape = Image.new("L", size)
        ImageDraw.Draw(shape).polygon([(px - x, py - y) for px, py in corners], fill=255)
        column = [round(top + (bottom - top) * i / 255) for i in range(256)]
        tone = Image.linear_gradient("L").resize((1, size[1])).point(column).resize(size)
        self.plates[name].paste(tone, (x, y), shape)

    def ridge(self, y, height, tones, waves=3, slope=0.0):
        """Lay down everything under a hill line about `y`, and return the line's heights."""
        pick, line = (self.random.uniform, {})
        waves = [(pick(0.5, 1) / n, n * pick(0.7, 1.3), pick(0, 1)) for n in range(1, waves + 1)]
        for x in range(-20, W + 21, 10):
            wave = sum(a * math.sin(math.tau * (x / W * f + p)) for a, f, p in waves)
            line[x] = y + slope * x + height * wave
        self.fill(tones, [*line.items(), (W + 20, H), (-20, H)])
        return line

    def gouges(self, box, count, length, width, tones, angle=0.0):
        """Scatter tapered strokes over a box, like the cuts of a gouge in a woodcut."""
        x0, y0, x1, y1 = box
        pick = self.random.uniform
        for _ in range(count):
            a, half, w = (math.radians(angle + pick(-2, 2)), length * pick(0.17, 0.5), pick(0.5, 1))
            dx, dy = (half * math.cos(a), half * math.sin(a))
            nx, ny = (math.sin(a) * w * width / 2, math.cos(a) * w * width / 2)
            cut = [(-dx, -dy), (-nx, ny), (dx, dy), (nx, -ny)]
            self.fill(tones, cut, at=(pick(x0, x1), pick(y0, y1), 1))

    def glitter(self, x, y, count, tones):
        """Lay down the reflection of a low sun, wider towards the viewer."""
        for i in range(count):
            spread, top = (70 + 3.2 * i, y + 10 * i)
            self.gouges((x - spread, top, x + spread, top + 8), 3, 170, 11, tones)

    def blob(self, x, y, r, tones, wobble=0.1, squash=1.0):
        """Lay down an uneven round shape: foliage, smoke, snow."""
        p, q, shape = (self.random.uniform(0, 6), self.random.uniform(0, 6), [])
        for a in (i * math.tau / 48 for i in range(48)):
            d = 1 + wobble * (math.sin(3 * a + p) + 0.6 * math.sin(7 * a + q))
            shape.append((d * math.cos(a), d * math.sin(a)))
        self.fill(tones, shape, at=(x, y, r, r * squash))

    def blobs(self, box, count, r, tones, wobble=0.1, squash=1.0):
        """Scatter blobs over a box."""
        x0, y0, x1, y1 = box
        for _ in range(count):
            x, y = (self.random.uniform(x0, x1), self.random.uniform(y0, y1))
            self.blob(x, y, r, tones, wobble, squash)

    def person(self, x, y, h, coat, head=None, hair=None):
        """Lay down a small standing figure in a coat whose feet are at (x, y)."""
        legs = (bar(-0.08, 0, -0.03, -0.4, 0.07), bar(0.08, 0, 0.03, -0.4, 0.07))
        trunk = "-.12 -.79, .12 -.79, .16 -.26, -.16 -.26"
        self.fill(coat, *legs, trunk, disc(0, -0.79, 0.12, 0.055), at=(x, y, h))
        self.fill(head or coat, disc(0, -0.91, 0.075, 0.09), at=(x, y, h))
        self.fill(hair or coat, disc(0, -0.935, 0.082, 0.08, 170, 370), at=(x, y, h))

    def town(self, x0, x1, base, low, high, tones, window=None):
        """Lay down a row of gabled houses of uneven height."""
        x, pick = (x0, self.random.uniform)
        while x < x1:
            w, h = (pick(0.3, 0.66) * high, pick(low, high))
            gable = [(0, 0), (0, -h), (w / 2, -h - pick(0.25, 0.4) * w), (w, -h), (w, 0)]
            self.fill(tones, gable, at=(x, base, 1))
            for i in range(int(h // 40)) if window else ():
                for j in (0.3, 0.7):
                    self.fill(window, rect(-6, 0, 6, 18), at=(x + j * w, base - h + 14 + i * 40, 1))
            x += w * 0.96

    def print_jpeg(self):
        """Print the plates and return the JPEG bytes."""
        w, h = self.size
        soft = ImageFilter.GaussianBlur(0.4 + w / 2250)
        grain = Image.frombytes("L", self.size, self.random.randbytes(w * h)).filter(soft)
        cloud = grain.crop((0, 0, w // 40, h // 40)).resize(self.size, Image.BICUBIC)
        grain = ImageOps.autocontrast(grain, cutoff=1).point(lambda v: 20 + v * 0.37)
        sheet = ImageOps.colorize(cloud, *PAPER)
        for name, ink in self.inks.items():
            turn, pick = (self.random.uniform(-0.0012, 0.0012), self.random.uniform)
            shift = (0.994, turn, pick(1, 7), -turn, 0.994, pick(1, 7))
            # Make the half-tones lighter, so that the picture stays bright under its grain.
            plate = self.plates[name].reduce(SCALE).point(lambda v: 255 * (v / 255) ** 1.4)
            plate = plate.transform(self.size, Image.AFFINE, shift, Image.BICUBIC)
            plate = ImageChops.subtract(plate, cloud.point(lambda v: v // 9))
            grain = ImageChops.offset(grain, self.random.randrange(w), self.random.randrange(h))
            # No ink covers the paper fully: a little paper always shows.
            cover = ImageChops.subtract(plate, grain, 0.65, 48).point(lambda v: min(v, 246))
            cover = cover.filter(ImageFilter.GaussianBlur(0.7))
            sheet = ImageChops.multiply(sheet, ImageOps.colorize(cover, "white", f"#{ink}"))
        out = io.BytesIO()
        sheet.save(out, "JPEG", quality=75, optimize=True, progressive=True)
        return out.getvalue()
