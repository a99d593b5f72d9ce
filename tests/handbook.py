"""Takes the pictures of the handbook from a running demo: `make handbook`. It needs Chromium.

Each picture shows one screen of the admin, in each language of the site, as somebody of the
newsroom sees it. The chapters in `docs/handbook/` name the pictures.
"""

import io
import tempfile
import tomllib
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from . import environment  # noqa: F401 (the developer's own settings stay out)
from .akismet_server import AkismetServer
from .journeys.site import ROOT, running_site, template_of_sites
from .parts import CHROMIUM, CHROMIUM_ARGUMENTS

FOLDER = ROOT / "static" / "handbook"
LANGUAGES = ("en", "fr")
#: Width and height of each picture, as `newsroom/handbook.py` names them.
SIZE = {"width": 1280, "height": 800}
#: For each picture: who looks, and at which address. `{corrected}` is an article with a correction.
PICTURES = {
    "desk": ("editor", "/admin/"),
    "article": ("editor", "/admin/articles/article/{corrected}/change/"),
    "versions": ("editor", "/admin/articles/article/{corrected}/versions/?from=e1&to=e2"),
    "library": ("editor", "/admin/articles/image/"),
    "front": ("editor", "/admin/articles/frontslot/arrange/"),
    "calendar": ("editor", "/admin/calendar/"),
    "queue": ("moderator", "/admin/comments/comment/moderate/"),
}
#: Runs in the site's own shell.
_CORRECTED = """
print(Edition.objects.filter(number=2, correction__isnull=False).first().article_id)
"""


def main():
    FOLDER.mkdir(exist_ok=True)
    for language in LANGUAGES:
        with demo_site(language) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
            take_all(site, browser, language)
            browser.close()


@contextmanager
def demo_site(language):
    """Yield a running site with the demo in `language`, under the name of its newspaper."""
    texts = tomllib.loads((ROOT / "newsroom" / "demo" / f"{language}.toml").read_text())
    env = {"LANGUAGE_CODE": language, "SITE_NAME": texts["site"]["name"]}
    with (
        tempfile.TemporaryDirectory() as template,
        tempfile.TemporaryDirectory() as folder,
        AkismetServer(key="0123456789ab") as akismet,
        template_of_sites(Path(template)) as database,
        running_site(Path(folder), (Path(template), database), akismet, **env) as site,
    ):
        site.manage("demo", "--verbosity=0")
        yield site


def take_all(site, browser, language):
    logins = (site.folder / "demo-logins.txt").read_text().split()
    passwords = dict(zip(logins[::2], logins[1::2], strict=True))
    corrected = site.python(_CORRECTED).splitlines()[-1]
    pages = {}
    for name, (who, address) in PICTURES.items():
        if who not in pages:
            pages[who] = log_in(site, browser, language, who, passwords[who])
        pages[who].goto(address.format(corrected=corrected), wait_until="networkidle")
        with Image.open(io.BytesIO(pages[who].screenshot())) as picture:
            picture.save(FOLDER / f"{name}.{language}.webp", quality=70, method=6)


def log_in(site, browser, language, name, password):
    page = browser.new_page(base_url=site.url, locale=language, viewport=SIZE)
    page.goto("/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("[type=submit]")
    page.wait_for_load_state()
    return page


if __name__ == "__main__":
    main()
