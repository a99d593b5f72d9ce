"""Refusals of a comment, or of another action on a comment: codes, and messages for readers."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """The comment or the action was refused. `code` names the rule; `message` tells readers why."""

    MESSAGES = {
        "closed": _("Comments on this article are closed."),
        "section": _("Comments in this section are closed."),
        "old": _("This article is too old to be commented on."),
        "paused": _("Comments are paused on the whole site for now."),
        "gone": _("This article is no longer available, so it cannot be commented on."),
        "as_at": _("This is the page as at another moment: no comment can be sent from here."),
        "stamp": _("The page was open for a long time. Please send your comment once more."),
        "origin": _("This comment came from another site, so it was not taken."),
        "unsure": _(
            "Your browser does not say which page the comment comes from. Please send it once more "
            "to confirm that it is yours."
        ),
        "rate": _("Many comments came from your connection. Please try again in a few minutes."),
        "busy": _(
            "The site is very busy, so your comment is not stored yet. Please send it again."
        ),
        "duplicate": _("This very comment was already sent."),
        "unanswerable": _("The comment that you answer is no longer there."),
        "late": _("The comment can no longer be changed: the time for it is over."),
        "complained": _("This comment was already reported from your connection."),
        "unpublished": _("This comment is no longer published."),
        "rule": _("This comment is against a rule of this site."),
        "sender": _(
            "Comments from your connection are not taken at present. If you think that this is a "
            "mistake, please write to the newsroom."
        ),
        "flood": _("Very many people are commenting on this article. Please send it in a minute."),
    }
    #: Codes after which the page shows the form again, ready to be sent again.
    REPEATABLE = {"stamp", "unsure", "rate", "duplicate", "busy", "rule", "flood"}

    #: Codes of the refusals that come before any work on the text, and so in any number.
    BEFORE_THE_TEXT = {"stamp", "origin", "unsure", "rate"}

    def __init__(self, code, message="", *, rule=""):
        self.code = code
        #: The name of the counter: the code and, for one of the newsroom's rules, the rule's name.
        self.counter_name = f"{code}:{rule}" if rule else code
        self.message = message or self.MESSAGES[code]
        super().__init__(code)

    @property
    def repeatable(self) -> bool:
        return self.code in self.REPEATABLE
