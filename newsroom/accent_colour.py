"""The site's accent colour: a check of its contrast, and a stylesheet that sets it.

`ACCENT` holds two colours, one for day and one for night. The content security policy allows no
inline style. So the pages of a site with `ACCENT` link `/accent.css` in place of the static
`tokens.css`: the same tokens and one rule more. Pages make as many requests as before, for readers
and in the admin.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import Error, register
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

#: The background of the text by day and by night. `tokens.css` has the same two colours.
BACKGROUNDS = ("#fbf9f5", "#151412")
#: The lowest contrast that is enough for text of any size (WCAG 2.2, success criterion 1.4.3).
MIN_CONTRAST = 4.5
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`, from 0 to 1, as WCAG 2.2 defines it."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (byte / 255 for byte in bytes.fromhex(colour[1:]))
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@register
def check_accent(app_configs, **kwargs):
    """Return errors where `ACCENT` is not two colours, or text in one of them is hard to read."""
    accent = settings.ACCENT
    if not accent:
        return []
    if len(accent) != len(BACKGROUNDS) or not all(_COLOUR.fullmatch(colour) for colour in accent):
        return [
            Error(
                f"ACCENT is {','.join(accent)}, which is not two colours.",
                hint="Name one for day and one for night, for example: #0d5547,#82cdb4",
                id="newsroom.E001",
            )
        ]
    return [
        Error(
            f"ACCENT has {colour}, whose contrast with the paper {background} is {ratio:.1f}.",
            hint=f"Readers need {MIN_CONTRAST}: choose a "
            f"{'darker' if background == BACKGROUNDS[0] else 'lighter'} one.",
            id="newsroom.E002",
        )
        for colour, background in zip(accent, BACKGROUNDS, strict=True)
        if (ratio := contrast(colour, background)) < MIN_CONTRAST
    ]


@cache
def _stylesheet(accent) -> str:
    tokens = Path(finders.find("css/tokens.css")).read_text()
    day, night = accent
    return f"{tokens}\n:root {{\n  --spot: light-dark({day}, {night});\n}}\n"


def stylesheet_url() -> str:
    """Return the address of the site's stylesheet of tokens; it changes with the tokens."""
    if not settings.ACCENT:
        return static("css/tokens.css")
    version = sha256(_stylesheet(tuple(settings.ACCENT)).encode()).hexdigest()[:12]
    return f"{reverse('accent')}?v={version}"


@require_safe
def accent(request):
    """Serve the tokens with the site's accent colour, or 404 where the site has none.

    The address changes with the colour, so browsers may cache the stylesheet for ever.
    """
    if not settings.ACCENT:
        return HttpResponse(status=404)
    response = HttpResponse(_stylesheet(tuple(settings.ACCENT)), content_type="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
