"""The indexes in which the staff search articles, and the things under which these are filed."""

from common.search.index import WordIndex

from ..models import (
    Article,
    ArticlePath,
    Attachment,
    Author,
    Byline,
    FormerKey,
    Image,
    Page,
    Section,
    Series,
    Takedown,
    Topic,
)
from ..text.markup import plain_text


class AuthorWords(WordIndex):
    model = Author
    names = ("name",)
    texts = ("role", "slug", "bio")

    def keys_by_name(self, terms, using):
        """Return also the keys of the authors who were merged into those that are called so.

        A merge leaves these keys in the words of articles, so that it need not read the articles.
        """
        keys = super().keys_by_name(terms, using)
        merged = FormerKey.objects.using(using).filter(model="author", object_id__in=keys)
        return [*keys, *merged.values_list("key", flat=True)]


class TopicWords(WordIndex):
    model = Topic
    names = ("name",)
    texts = ("slug",)


class SectionWords(WordIndex):
    model = Section
    names = ("name",)
    texts = ("slug", "description")


class SeriesWords(WordIndex):
    model = Series
    names = ("name",)
    texts = ("slug", "description")


class ImageWords(WordIndex):
    model = Image
    names = ("title",)
    texts = ("alt", "caption", "credit", "rights", "licence", "file")
    is_large = True


class AttachmentWords(WordIndex):
    model = Attachment
    names = ("title",)
    texts = ("credit", "transcript", "file")


class PageWords(WordIndex):
    model = Page
    names = ("title",)
    texts = ("slug",)
    read = ("body",)

    def other_texts(self, page):
        return [plain_text(page.body)]


class TakedownWords(WordIndex):
    model = Takedown
    texts = ("note",)


authors = AuthorWords()


class ArticleWords(WordIndex):
    """The words of working copies; an article is also found by the names of its authors."""

    model = Article
    names = ("headline",)
    texts = ("kicker", "standfirst", "dateline", "lead_alt", "lead_caption", "lead_credit", "slug")
    read = ("body",)
    children = ((ArticlePath, "article"), (Byline, "article"))
    prefetch = ("paths", "bylines")
    referred = authors
    is_large = True

    def other_texts(self, article):
        return [plain_text(article.body), *(address.path for address in article.paths.all())]

    def references(self, article):
        return [byline.author_id for byline in article.bylines.all()]


topics, sections, images = TopicWords(), SectionWords(), ImageWords()
series = SeriesWords()
pages, takedowns, articles = PageWords(), TakedownWords(), ArticleWords()
attachments = AttachmentWords()
INDEXES = (authors, topics, series, sections, images, attachments, pages, takedowns, articles)
