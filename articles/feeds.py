"""The feeds of articles: of the whole paper, a section, a topic, an author. Full text, newest
first; each holds exactly what readers can read at that instant.
"""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.addresses import absolute
from common.feeds import Feed

from .models import Author, Edition, EditionByline, Section, Topic
from .pages.freshness import last_change
from .pages.structured_data import MACHINE_WIDTH
from .pictures import display
from .pictures.renditions import shown_at
from .text import markup

#: Entries of a feed.
FEED_SIZE = 20


class SiteFeed(Feed):
    """The whole paper."""

    def changes(self):
        return [last_change()]

    def title(self, subject):
        return f"{subject} – {settings.SITE_NAME}" if subject else settings.SITE_NAME

    def link(self, subject):
        return super().link(subject) if subject else absolute("/")

    def description(self, subject):
        return getattr(subject, "description", "") or self.title(subject)

    def subtitle(self, subject):
        return getattr(subject, "description", "") or None

    def editions(self, subject):
        return Edition.objects.live()

    def items(self, subject):
        editions = list(self.editions(subject).for_page().newest_first()[:FEED_SIZE])
        pictures = display.library(*(edition.body for edition in editions))
        for edition in editions:
            edition.pictures = pictures
        return editions

    # --- An entry -----------------------------------------------------------------------------

    def item_title(self, edition):
        with override(edition.language):
            return (
                _("Retracted: %(headline)s") % {"headline": edition.headline}
                if edition.retraction
                else edition.headline
            )

    def item_link(self, edition):
        return absolute(edition.get_absolute_url())

    def item_guid(self, edition):
        return edition.article.entry_name()

    def item_description(self, edition):
        # Both formats read it as HTML.
        return escape(edition.standfirst)

    def item_pubdate(self, edition):
        return localtime(edition.article.first_published_at)

    def item_updateddate(self, edition):
        return localtime(edition.changed_at)

    def item_comments(self, edition):
        return f"{self.item_link(edition)}#comments"

    def item_categories(self, edition):
        return [edition.section.name, *(topic.name for topic in edition.topics.all())]

    def item_extra_kwargs(self, edition):
        image = edition.lead_image
        body = display.with_plain_pictures(edition.body, edition.pictures)
        with override(edition.language):
            content = render_to_string(
                "articles/feed_entry.html",
                {
                    "content": edition,
                    "body": markup.absolute(body, self.item_link(edition)),
                    "site_language": edition.language,
                },
            )
        return {
            "content": content,
            "language": edition.language,
            "authors": [(a.name, absolute(a.get_absolute_url())) for a in edition.authors()],
            "picture": image and shown_at(image, "16:9", MACHINE_WIDTH),
        }


class SectionFeed(SiteFeed):
    def get_object(self, request, slug):
        return get_object_or_404(Section, slug=slug)

    def editions(self, section):
        return super().editions(section).filter(section=section)


class _FeedOfWhatIsPublic(SiteFeed):
    """A topic or an author that only drafts have has no feed, as it has no page."""

    model = None

    def get_object(self, request, slug):
        subject = get_object_or_404(self.model, slug=slug)
        if not self.editions(subject).exists():
            raise Http404
        return subject


class TopicFeed(_FeedOfWhatIsPublic):
    model = Topic

    def editions(self, topic):
        return super().editions(topic).filter(topics=topic)


class AuthorFeed(_FeedOfWhatIsPublic):
    model = Author

    def editions(self, author):
        credits = EditionByline.objects.filter(author=author)
        return super().editions(author).filter(pk__in=credits.values("edition"))
