"""The feeds of articles: of the whole paper, a section, a topic or an author.

Each holds the newest articles in full text, newest first, exactly as readers can read them at that
instant.
"""

from django.conf import settings
from django.http import Http404
from django.template.loader import render_to_string
from django.utils.feedgenerator import Enclosure
from django.utils.functional import cached_property
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.addresses import absolute
from common.feeds import Feed

from .attachments import display as attachments
from .models import Author, NamingAuthority, Section, Series, Topic
from .pages import lists
from .pages.article_page import ArticlePage
from .pages.last_modified import last_change
from .pictures import display
from .pictures.renditions import MACHINE_WIDTH, best_file
from .text import footnotes, markup
from .text.datelines import with_dateline
from .text.languages import interface_language
from .text.typography import typeset, typeset_html

#: The most entries in a feed.
FEED_SIZE = 20


class SiteFeed(Feed):
    """The feed of the whole paper."""

    @cached_property
    def authority(self):
        return NamingAuthority.objects.current()

    def change_times(self):
        return [last_change()]

    def title(self, subject):
        name = typeset(str(subject or ""), settings.LANGUAGE_CODE)
        return f"{name} – {settings.SITE_NAME}" if name else settings.SITE_NAME

    def link(self, subject):
        return super().link(subject) if subject else absolute("/")

    def description(self, subject):
        return self.subtitle(subject) or self.title(subject)

    def subtitle(self, subject):
        return typeset(getattr(subject, "description", ""), settings.LANGUAGE_CODE) or None

    def items(self, subject):
        editions = lists.newest_of(subject, FEED_SIZE)
        bodies = [edition.body for edition in editions]
        self.pictures = display.pictures_of(*bodies)
        self.attachments = attachments.attachments_of(*bodies)
        return [ArticlePage.of_edition(edition) for edition in editions]

    # --- An entry -----------------------------------------------------------------------------

    def item_title(self, page):
        with override(interface_language(page.language)):
            return (
                _("Retracted: %(headline)s") % {"headline": page.headline}
                if page.retraction
                else page.headline
            )

    def item_link(self, page):
        return page.address

    def item_guid(self, page):
        return page.article.entry_name(self.authority)

    def item_description(self, page):
        # Readers of Atom and of RSS take the description for HTML.
        return escape(page.standfirst)

    def item_pubdate(self, page):
        return page.published_at

    def item_updateddate(self, page):
        return page.changed_at

    def item_comments(self, page):
        return f"{page.address}#comments"

    def item_enclosures(self, page):
        """Return the first sound of the text; programs for podcasts take one of an entry."""
        found = attachments.sounds_of(page.content.body, self.attachments)[:1]
        return [
            Enclosure(absolute(each.file.url), str(each.bytes), each.kind.media_type)
            for each in found
        ]

    def item_categories(self, page):
        return [page.section.name, *(topic.name for topic in page.topics)]

    def item_extra_kwargs(self, page):
        body = display.with_plain_pictures(
            typeset_html(page.content.body, page.language), self.pictures, page.language
        )
        with override(interface_language(page.language)):
            body = attachments.with_plain_links(body, self.attachments)
            body = footnotes.at_end(body, page.article.pk)
            content = render_to_string(
                "articles/feed_entry.html",
                {
                    "page": page,
                    "body": with_dateline(markup.absolute(body, page.address), page.dateline),
                    "site_language": interface_language(page.language),
                },
            )
        numbers = markup.picture_numbers(page.content.body)
        shown = [image for number, image in self.pictures.items() if number in numbers]
        shown += [page.lead.image] if page.lead else []
        return {
            "content": content,
            "redrawn": [image.changed_at for image in shown if image.changed_at],
            "language": page.language,
            "authors": [(a.name, absolute(a.get_absolute_url())) for a in page.authors],
            "picture": page.lead and best_file(page.lead.image, "16:9", MACHINE_WIDTH),
        }


class SectionFeed(SiteFeed):
    def get_object(self, request, slug):
        return lists.subject_at(slug, Section)


class _PublicSubjectFeed(SiteFeed):
    """A feed that exists only if its subject has a public article, like its page."""

    model = None

    def get_object(self, request, slug):
        subject = lists.subject_at(slug, self.model)
        if not lists.has_editions(subject):
            raise Http404
        return subject


class TopicFeed(_PublicSubjectFeed):
    model = Topic


class SeriesFeed(_PublicSubjectFeed):
    model = Series


class AuthorFeed(_PublicSubjectFeed):
    model = Author
