"""The comments of an article as a page shows them: a page of its threads, and the form."""

from dataclasses import dataclass, field

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from articles.models import Article, Change
from articles.pages.article_page import ArticlePage
from common import page_notes, reader_clock

from ..forms import CommentForm
from ..models import Comment
from ..screening import api
from ..writing import admission, provenance
from ..writing.refusal import Refused
from .pages import OLDEST, ThreadPage
from .rendering import Renderer


@dataclass
class Discussion:
    """All that templates need to show the comments of `article`.

    The form is empty, or it is one that was sent and is shown again, with its refusal if there is
    one.
    """

    article: Article
    form: CommentForm = field(default_factory=CommentForm)
    refusal: Refused | None = None
    #: The comment that the form answers, if any.
    parent: Comment | None = None
    #: The page of the threads: its order, and the place after which it begins or before which it
    #: ends.
    order: str = OLDEST
    after: tuple | None = None
    before: tuple | None = None

    def context(self, page: ArticlePage) -> dict:
        """Return the template context that shows the discussion with the article of `page`."""
        return {"discussion": self, "page": page, "current_section": page.section}

    @cached_property
    def page(self) -> ThreadPage:
        return ThreadPage(self.article, self.order, self.after, self.before)

    @cached_property
    def count(self) -> int:
        """The number of public comments."""
        page_notes.made_of(Change.Kind.THREAD, self.article.pk)
        if not reader_clock.is_set():
            return self.article.comment_count
        comments = Comment.objects.filter(article=self.article).published()
        return comments.public_since(reader_clock.now()).count()

    @cached_property
    def closed_reason(self) -> Refused | None:
        """Return the reason why nobody can comment on the article now, or None if readers can."""
        if reader_clock.is_set():
            return Refused("as_at")
        try:
            admission.check_open(self.article)
        except Refused as reason:
            return reason
        return None

    @property
    def has_errors(self) -> bool:
        """Say whether a form was sent but not accepted; then the page's title must say so too."""
        return bool(self.form.errors or self.refusal)

    @property
    def stamp(self) -> str:
        return provenance.stamp(self.article)

    @property
    def is_screened(self) -> bool:
        return api.is_configured()

    def threads_html(self) -> SafeString:
        """Return the HTML of this page's comments, with the links to answer and to report them."""
        return Renderer(self.page.comments, self.article, is_open=not self.closed_reason).html()

    def parent_html(self) -> SafeString:
        """Return the HTML of the comment that the form answers, without a link to answer it."""
        return Renderer([self.parent], self.article, is_open=False).html()
