"""A small newspaper for the browser tests, with one page of each kind that a reader may get."""

import json
from contextlib import redirect_stdout
from io import StringIO

from ..journeys.site import wait_until

#: Runs in the site's own shell; prints the address of each page by its name.
_PRINT = """
import json
from datetime import timedelta
from django.utils import timezone
from articles.models import FrontSlot, Section
from tests import factories
from comments.moderation.states import Moderation

yesterday = timezone.now() - timedelta(days=1)
picture = factories.image(content=factories.picture_bytes((900, 600)))
anne = factories.author(
    "Anne Leroy", photo=picture, bio="Elle lit les annexes ; toutes.", role="Ville"
)
rivers, bridges = factories.topic("Rivières"), factories.topic("Ponts")
sections = [
    factories.section(f"Rubrique {strip}", strip=strip, position=number, tint=tint,
                      description="Ce qui se décide ici.")
    for number, (strip, tint) in enumerate(
        zip(["story", "columns", "briefs", "opinion"], ["", "brick", "moss", "plum"]))
]
number = 0
for section in sections:
    for _ in range(6):
        number += 1
        factories.published(
            f"Le pont numéro {number} rouvre : enfin !", section=section, language="fr",
            kicker="Enquête", standfirst="Il était fermé ; les rapports aussi. " * 3,
            at=yesterday + timedelta(minutes=number), authors=[anne], topics=[rivers],
            **({"lead_image": picture, "lead_alt": "Un pont"} if number % 3 else {}),
        )
words = "<p>" + "Le fleuve était haut et le pont fermé, mais on passait quand même. " * 18 + "</p>"
row = "<tr>" + "<td><p>quatorze véhicules</p></td>" * 9 + "</tr>"
body = "".join(f"<h2>Partie {n}</h2>{words}" for n in range(1, 6)) + (
    f'<blockquote class="pull"><p>« Un pont qui tient ne coûte rien. »</p></blockquote>'
    f"<blockquote><p>Vraiment ?</p></blockquote><h3>Détail</h3><ul><li>a</li></ul>"
    f"<table><tbody><tr>{'<th><p>Colonne</p></th>' * 9}</tr>{row * 3}</tbody></table>"
    f'<figure><img data-file="{picture.pk}" alt="Un pont">'
    "<figcaption>Le pont.</figcaption></figure>"
    '<p>Voir <a href="https://example.org/a">le rapport</a>.</p>'
)
content = dict(
    body=body, language="fr", kicker="Enquête", standfirst="Il était fermé ; les rapports aussi.",
    dateline="Lyon", lead_image=picture, lead_alt="Un pont", lead_caption="Vraiment ?",
    lead_credit="A. L.", authors=[anne], topics=[rivers, bridges], section=sections[0],
)
article = factories.published("Ce que l'on savait", at=yesterday + timedelta(hours=2), **content)
article.press(by=None, correction=factories.correction("Un chiffre a changé."))
commented = factories.published("Commenté", at=yesterday + timedelta(hours=3), **content)
for n in range(4):
    comment = factories.comment(commented, name=f"Jeanne {n}", address=f"192.0.2.{n}")
    comment.decide(Moderation.APPROVED, by=None)
plain = factories.published("Eau", at=yesterday, section=sections[2], language="fr")
long = factories.published(
    ("Un titre qui n'en finit pas " * 8)[:150] + "anticonstitutionnel" * 2, at=yesterday,
    section=sections[1], language="fr", lead_image=picture, lead_alt="x",
)
gone = factories.published("Retiré", at=yesterday)
gone.withdraw(by=None, notice="Une erreur ; nos excuses.")
FrontSlot.objects.create(article=commented, place=FrontSlot.Place.LEAD)
FrontSlot.objects.create(article=long, place=FrontSlot.Place.SECOND)
page = factories.page("À propos", body="<h2>Nous</h2><p>Qui sommes-nous ?</p>" * 3)
print(json.dumps({
    "front": "/",
    "section": sections[1].get_absolute_url(),
    "empty section": factories.section("Vide").get_absolute_url(),
    "topic": rivers.get_absolute_url(),
    "author": anne.get_absolute_url(),
    "article": article.path,
    "article with comments": commented.path,
    "article without pictures": plain.path,
    "long headline": long.path,
    "page": page.get_absolute_url(),
    "privacy": "/comments/privacy/",
    "receipt": comment.get_receipt_url(),
    "thread": f"/comments/article/{commented.pk}/thread/?order=newest",
    "reply": f"/comments/{comment.pk}/reply/",
    "report": f"/comments/{comment.pk}/report/",
    "search": "/search/",
    "answers": "/search/?q=pont",
    "search with errors": "/search/?q=pont&since=hier",
    "archive": "/archive/",
    "corrections": "/corrections/",
    "month": commented.path[:9],
    "not found": "/nowhere/",
    "gone": gone.path,
}))
"""
#: What has no address of its own: the page to begin at, the button to press there, and an element
#: that the new page has and the first page lacks.
STEPS = {"form with errors": ("article", "#comment-form [type=submit]", "#comment-form :focus")}


def newspaper(site) -> dict:
    """Fill the site and return the address of each kind of page by its name."""
    pages = json.loads(site.python(_PRINT).splitlines()[-1])
    return pages | {name: pages[start] for name, (start, *_step) in STEPS.items()}


def visit(page, pages, name, **options):
    """Open the page called `name`, by pressing a button where it takes one."""
    page.goto(pages[name], **options)
    if name in STEPS:
        _start, button, sign = STEPS[name]
        page.click(button)
        page.locator(sign).wait_for()
        page.wait_for_load_state()


def write() -> dict:
    """Fill the database of this process, as `newspaper` fills a site's; return the addresses."""
    with redirect_stdout(StringIO()) as printed:
        exec(_PRINT, {})  # noqa: S102
    return json.loads(printed.getvalue().splitlines()[-1])


class Quiet:
    """Waits until a page has been drawn and asks for nothing more.

    As Playwright's "networkidle", which spends another half a second on each page.
    """

    PAINTED = """() => new Promise(done =>
      requestAnimationFrame(() => requestAnimationFrame(done)))"""

    def __init__(self, page):
        self.page, self.under_way = page, set()
        page.on("request", lambda request: self.under_way.add(request))
        for end in ("requestfinished", "requestfailed"):
            page.on(end, lambda request: self.under_way.discard(request))

    def wait(self):
        self.page.wait_for_load_state()
        wait_until(lambda: self.page.evaluate(self.PAINTED) or not self.under_way)
