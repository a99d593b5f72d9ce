"""The indexes in which the staff search comments, readers' reports, rules, names and blocks."""

from articles.search import staff
from common.search.index import WordIndex

from ..models import Comment, CommentRule, Complaint, PublicName, SenderBlock


class CommentWords(WordIndex):
    """The words of comments; a comment is also found by the headline of its article."""

    model = Comment
    texts = ("name", "text")
    read = ("article",)
    referred = staff.articles
    is_large = is_huge = True

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


class SenderBlockWords(WordIndex):
    """The words of blocks: of the note and of the moderator's name, never of the address."""

    model = SenderBlock
    texts = ("reason",)
    read = ("placed_by",)
    parents = (("placed_by", ("username",)),)

    def other_texts(self, block):
        return [block.placed_by.get_username()] if block.placed_by else []


comments, complaints = CommentWords(), ComplaintWords()
rules, public_names, sender_blocks = RuleWords(), PublicNameWords(), SenderBlockWords()
INDEXES = (comments, complaints, rules, public_names, sender_blocks)
