"""The indexes in which the staff search comments, readers' reports, rules and public names."""

from articles.search import staff
from common.search.index import WordIndex

from ..models import Comment, CommentRule, Complaint, PublicName


class CommentWords(WordIndex):
    """The words of comments; a comment is also found by the headline of its article."""

    model = Comment
    texts = ("name", "text")
    read = ("article",)
    referred = staff.articles
    is_large = True

    def references(self, comment):
        return [comment.article_id]


class ComplaintWords(WordIndex):
    model = Complaint
    texts = ("words",)
    parents = (("comment", ("name", "text")),)
    is_large = True

    def other_texts(self, complaint):
        return [complaint.comment.name, complaint.comment.text]


class RuleWords(WordIndex):
    model = CommentRule
    names = ("name",)
    texts = ("patterns", "message")


class PublicNameWords(WordIndex):
    model = PublicName
    names = ("name",)
    parents = (("user", ("username",)),)

    def other_texts(self, public_name):
        return [public_name.user.get_username()]


comments, complaints = CommentWords(), ComplaintWords()
rules, public_names = RuleWords(), PublicNameWords()
INDEXES = (comments, complaints, rules, public_names)
