"""What a form sent, in a form that can be sent once more: nothing that was typed is lost.

A request fails where the database does, where the token of its form is older than the session, and
where the session has ended. The text is in the request, so it is shown again, never stored by
itself: somebody presses the button, and the request is checked as any other.

Only what a page of this site sent is shown, as browsers say with `Sec-Fetch-Site`, a header that no
script can set (https://www.w3.org/TR/fetch-metadata/). Otherwise another site could put its words
into our forms, with a valid token beside them, for one careless press. Values are escaped and the
HTML of bodies is cleaned, so what was pasted can run nothing here. Passwords, tokens and files are
left out.

Through a login the form goes with the page, signed by us: it can hold nothing but what this site
received with a valid token, and it leads nowhere but where it was sent. It is kept neither on the
server nor in the session, which is new after a login.
"""

import re
from dataclasses import dataclass, replace

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.core.exceptions import BadRequest, SuspiciousOperation, ValidationError
from django.http.multipartparser import MultiPartParserError
from django.http.request import QueryDict, UnreadablePostError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from articles.text import cleaner
from articles.text.markup import plain_text
from common.invisible import without_controls

from .admin_requests import is_for_the_admin

#: A value with more characters, or with line ends, is shown in a text area.
LONGEST_LINE = 60
#: The field of the login form that carries another form, and the seconds for which it is valid.
CARRIED = "carried"
CARRIED_FOR = 24 * 3600
#: The most characters that it has: with the rest of the login form, less than anybody may send.
LONGEST_CARRIED = settings.LARGEST_BODY - 64 * 1024

# Neither shown nor sent again.
_SECRET = re.compile("password|csrfmiddlewaretoken|token|secret", re.IGNORECASE)
# Sent again, but not shown: nobody has typed these.
_UNTYPED = re.compile(
    r"_.*|.*-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|initial-.*|(.*-)?(seen_at|action)|stamp|"
    "confirmed|website|version|base|sitting|taken_up|index|select_across|decision|grounds|reason|"
    "next|outcome"
)
_LETTER = re.compile(r"[^\W\d_]")
_LABELS = {
    "name": _("Name"),
    "comment": _("Comment"),
    "words": _("In your own words, if you like"),
    "text": _("Text"),
    "note": _("Note for colleagues"),
}


@dataclass(frozen=True)
class Field:
    """A value of the form that was sent, as the page shows it."""

    name: str
    value: str

    @property
    def label(self):
        # Most fields of the admin are those of a model, or named as the words of their label.
        words = re.sub(r"[\W_]+", " ", self.name).lower()
        return _LABELS.get(self.name) or capfirst(_named().get(self.name) or gettext(words))

    @property
    def is_shown(self) -> bool:
        if self.name in _LABELS:
            # Whatever is in it was typed, such as “👍 100 %”.
            return bool(self.value)
        # A ticked box sends “on”.
        is_typed = self.value != "on" and _LETTER.search(self.value)
        return bool(is_typed) and not _UNTYPED.fullmatch(self.name)

    @property
    def is_long(self) -> bool:
        return len(self.value) > LONGEST_LINE or "\n" in self.value


def sent(request):
    """Return the fields of the request, and whether it has files.

    Both are empty if the body cannot be read, or if the page of another site sent it: that site
    could have its own words sent from ours.
    """
    if request.headers.get("Sec-Fetch-Site") != "cross-site":
        try:
            return request.POST, bool(request.FILES)
        except (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError):
            pass
    return QueryDict(), False


def fields_of(post) -> list[Field]:
    return [
        Field(without_controls(name), without_controls(value))
        for name, values in post.lists()
        if not _SECRET.search(name)
        for value in values
    ]


# --- Forms of the admin whose token or session is over --------------------------------------------


def is_own_form(request) -> bool:
    """Say whether a page of this site sent a form of the admin, and a person waits for its page.

    A script gets the plain answer: it has kept what it sent.
    """
    accounts = [reverse("admin:login"), reverse("admin:logout")]
    return (
        request.method == "POST"
        and is_for_the_admin(request)
        and request.path_info not in accounts
        and request.headers.get("Sec-Fetch-Site") == "same-origin"
        and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    )


def is_of_staff(request) -> bool:
    return request.user.is_active and request.user.is_staff


@dataclass(frozen=True)
class Form:
    """A form of the admin that was sent, without its secrets."""

    #: The address that it was sent to.
    action: str
    fields: list[Field]
    has_files: bool
    has_password: bool

    @classmethod
    def in_request(cls, request):
        post, has_files = sent(request)
        fields = [Field(field.name, _cleaned(field)) for field in fields_of(post)]
        has_password = any("password" in name.lower() for name in post)
        return cls(request.get_full_path(), fields, has_files, has_password)

    @classmethod
    def carried_by(cls, request):
        """Return the form that a login form carries, or None."""
        try:
            action, pairs, *rest = signing.loads(
                request.POST.get(CARRIED, ""), salt=CARRIED, max_age=CARRIED_FOR
            )
        except signing.BadSignature:
            return None
        return cls(action, [Field(*pair) for pair in pairs], *rest)

    def to_carry(self) -> str:
        """Return the form for the login form, signed; an empty string if it is too long."""
        pairs = [(field.name, field.value) for field in self.fields]
        value = [self.action, pairs, self.has_files, self.has_password]
        signed = signing.dumps(value, salt=CARRIED, compress=True)
        return signed if len(signed) <= LONGEST_CARRIED else ""

    def without_buttons(self):
        """Return the form as its first button, which saves, would send it."""
        return replace(self, fields=[f for f in self.fields if not f.name.startswith("_")])

    def page(self, request, *, status=200, is_refused=False):
        """Return the page that shows the form, to be sent by the person who is logged in now.

        `is_refused`: that person may not do what they asked for.
        """
        context = {
            "form": self.fields,
            "form_id": "form-again",
            "action": self.action,
            "has_files": self.has_files,
            "has_password": self.has_password,
            "csrf_token": get_token(request),
            "username": request.user.get_username(),
            "is_refused": is_refused,
        }
        response = render(request, "sent_again.html", context, status=status)
        response.headers["Cache-Control"] = "no-store, private"
        return response


def _cleaned(field) -> str:
    """Return the value of a field; the HTML of a body as it would be stored."""
    if field.name not in _bodies():
        return field.value
    try:
        return cleaner.clean(field.value)
    except ValidationError:
        return plain_text(field.value)


def _bodies() -> set[str]:
    return {field.name for field in _fields() if isinstance(field, ProseEditorField)}


def _named() -> dict:
    """Return the words for the name of each field of a model, where all models use the same."""
    words = {}
    for field in _fields():
        words.setdefault(field.name, set()).add(str(field.verbose_name))
    return {name: found.pop() for name, found in words.items() if len(found) == 1}


def _fields():
    return [field for model in apps.get_models() for field in model._meta.concrete_fields]
