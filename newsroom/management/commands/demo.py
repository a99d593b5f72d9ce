"""Fill an empty site with a demo newsroom: articles, pictures, comments and accounts."""

import re
import secrets
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from articles.models import (
    Article,
    Author,
    Byline,
    Correction,
    FrontSlot,
    Image,
    Page,
    Section,
    Topic,
)
from articles.publishing.importing import PastEdition, import_article
from articles.publishing.preflight import levels
from comments.models import Comment, Counter, Trace
from comments.moderation.states import Moderation, NothingKept, Screening
from comments.writing.admission import apply_rules
from comments.writing.provenance import Sender
from newsroom import groups
from newsroom.demo import pictures
from newsroom.demo.texts import texts

#: The number of articles in the other language. They get a section of their own.
FOREIGN_ARTICLE_COUNT = 4
#: For each state of a demo comment: Akismet's verdict, and the moderator's decision.
STATES = {
    "approved": (Screening.HAM, Moderation.APPROVED),
    "pending": (Screening.HAM, Moderation.PENDING),
    "suspected": (Screening.SPAM, Moderation.PENDING),
    "waiting": (Screening.WAITING, Moderation.PENDING),
    "failed": (Screening.FAILED, Moderation.PENDING),
    "rejected": (Screening.HAM, Moderation.REJECTED),
    "spam": (Screening.SPAM, Moderation.SPAM),
}
LOGINS = settings.VAR_DIR / "demo-logins.txt"


class Command(BaseCommand):
    help = "Fill an empty site with a demo newsroom in French and English, and accounts to try it."

    @transaction.atomic
    def handle(self, **options):
        if Article.objects.exists():
            raise CommandError("This site has articles already; the demo is for an empty one.")
        self.stdout.write("Loading the demo newsroom; drawing its pictures takes a moment…")
        self.now = timezone.now()
        own = texts(settings.LANGUAGE_CODE)
        other_language = next(
            code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE
        )
        other = texts(other_language)

        self.make_accounts()
        self.make_library(own)
        for text in own["articles"]:
            self.make_article(text, own, language=settings.LANGUAGE_CODE, section=text["section"])
        self.make_comments(own, {text["key"] for text in own["articles"]})

        # Both languages draw on the same pictures, and no page shows one of them twice.
        shown = {text["image"] for text in own["articles"] if text["state"] != "draft"} - {""}
        foreign_articles = [
            text
            for text in other["articles"]
            if text["state"] == "live" and text["image"] not in shown
        ][:FOREIGN_ARTICLE_COUNT]
        foreign_section = next(s["slug"] for s in own["sections"] if s.get("language"))
        for text in foreign_articles:
            self.make_article(text, other, language=other_language, section=foreign_section)
        self.make_comments(other, {text["key"] for text in foreign_articles})

    def make_accounts(self):
        """Create three accounts with random passwords, and write these to the file `LOGINS`."""
        lines = []
        for name, group in [
            ("editor", groups.EDITOR),
            ("moderator", groups.MODERATOR),
            ("admin", None),
        ]:
            password = secrets.token_urlsafe(9)
            user, _created = get_user_model().objects.get_or_create(
                username=name, defaults={"is_staff": True, "is_superuser": group is None}
            )
            user.set_password(password)
            user.save()
            if group:
                user.groups.add(Group.objects.get(name=group))
            lines.append(f"{name:<10} {password}\n")
            setattr(self, name, user)
        LOGINS.touch(mode=0o600)
        LOGINS.write_text("".join(lines))

    def make_library(self, own):
        self.images = {}
        for text in own["images"]:
            self.images[text["key"]] = self.make_image(
                text["key"],
                title=text["title"],
                alt=text["alt"],
                caption=text["caption"],
                credit=text["credit"],
            )
        for position, text in enumerate(own["sections"]):
            names = ("slug", "name", "description", "strip", "tint")
            fields = {name: text[name] for name in names if name in text}
            Section.objects.create(position=position, **fields)
        for text in own["topics"]:
            Topic.objects.create(**text)
        for text in own["authors"]:
            photo = self.make_image(
                f"portrait-{text['slug']}", title=text["name"], alt=text["name"], focal_y=30
            )
            Author.objects.create(photo=photo, **text)
        for text in own["pages"]:
            Page.objects.create(**text)

    def make_image(self, key, **fields):
        return Image.objects.create(
            file=ContentFile(pictures.draw(key), name=f"{key}.jpg"), **fields
        )

    def make_article(self, text, texts, *, language, section):
        captions = {image["key"]: image for image in texts["images"]}
        lead = captions.get(text["image"])
        article = Article.objects.create(
            kicker=text["kicker"],
            headline=text["headline"],
            standfirst=text["standfirst"],
            dateline=text["dateline"],
            body=self.with_pictures(text["body"], captions),
            language=language,
            section=Section.objects.get(slug=section),
            lead_image=self.images[text["image"]] if lead else None,
            lead_alt=lead["alt"] if lead else "",
            lead_caption=text.get("lead_caption", ""),
            lead_credit=lead["credit"] if lead else "",
            comments_open=text.get("comments_open", True),
        )
        article.topics.set(Topic.objects.filter(slug__in=text["topics"]))
        for position, slug in enumerate(text["authors"]):
            Byline.objects.create(
                article=article, author=Author.objects.get(slug=slug), position=position
            )
        if "front" in text:
            place = FrontSlot.Place[text["front"].upper()]
            FrontSlot.objects.create(article=article, place=place)
        if text["state"] == "draft":
            return
        hours = text["hours_ahead"] if text["state"] == "scheduled" else -text["hours_ago"]
        editions = [PastEdition(self.now + timedelta(hours=hours))]
        if text["state"] == "corrected":
            told = Correction(kind=Correction.Kind.CLARIFICATION, text=text["update_note"])
            corrected_at = self.now - timedelta(hours=text["corrected_hours_ago"])
            body = article.body + text["corrected_paragraph"]
            editions.append(PastEdition(corrected_at, content={"body": body}, correction=told))
        import_article(article, editions, by=self.editor)
        for found in levels.found_in(article).values():
            for each in found:
                self.stdout.write(f"{article}: {each.error.messages[0]}")

    def with_pictures(self, body, captions):
        def picture(match):
            image, alt = self.images[match[1]], escape(captions[match[1]]["alt"])
            return f'<figure><img data-file="{image.pk}" alt="{alt}">'

        return re.sub(r'<figure data-image="([\w-]+)">', picture, body)

    def make_comments(self, texts, keys):
        headlines = {text["key"]: text["headline"] for text in texts["articles"]}
        hours_ago = {text["key"]: text.get("hours_ago", 0) for text in texts["articles"]}
        by_name = {}
        for number, text in enumerate(texts["comments"], start=1):
            if text["article"] not in keys:
                continue
            sent = self.now - timedelta(hours=hours_ago[text["article"]] - text["hours_after"])
            by_name[text["name"]] = self.make_comment(
                text["state"],
                Sender(f"203.0.113.{number}", "Mozilla/5.0 (demo)", ""),
                article=Article.objects.get(headline=headlines[text["article"]]),
                name=text["name"],
                text=text["text"],
                parent=by_name.get(text.get("reply_to")),
                submitted_at=min(sent, self.now),
            )

    def make_comment(self, state, sender, **sent):
        """Import a comment with the time at which it was sent and, soon after, decided.

        The comment gets a trace and the reason to hold it, as if a reader had sent it to this site,
        so that moderators can try the functions that need these. A comment that waits for Akismet
        is queued for screening. One whose screening failed was given up: it is in no queue until a
        moderator has it screened again.
        """
        verdict, decision = STATES[state]
        decided_at = min(sent["submitted_at"] + timedelta(minutes=25), self.now)
        comment = Comment.objects.import_one(
            verdict=verdict, decision=decision, by=self.moderator, decided_at=decided_at, **sent
        )
        comment.write(**apply_rules(comment.name, comment.text, honeypot=""))
        Trace.objects.store_for(comment, sender)
        if verdict == Screening.WAITING:
            with suppress(NothingKept):
                comment.screen_again(by=None)
        else:
            # The health page shows how many comments were screened today.
            outcome = "no_answer" if verdict == Screening.FAILED else verdict
            Counter.objects.count_today(f"screened:{outcome}")
        return comment
