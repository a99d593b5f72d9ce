"""The desk: Django's admin, made for a newsroom. Its index lists the work that waits for a user."""

from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.messages.middleware import MessageMiddleware
from django.core.exceptions import BadRequest, ObjectNotUpdated, PermissionDenied
from django.db import IntegrityError
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST
from django.views.i18n import JavaScriptCatalog

from articles.publishing import who_may
from articles.publishing.drafts import owner_key
from comments.models import AkismetStatus, ClockStatus, Comment
from comments.moderation import states, statistics
from comments.moderation.states import Screening
from common import moment_field
from common.admin import ROW_KEY
from common.deletion import delete_chosen
from common.responses import SeeOther
from common.search.admin import AutocompleteView

from . import calendar, find, forms_again, handbook, time_machine, work
from .accounts import known_places
from .accounts.forms import LoginForm, PasswordChangeForm
from .accounts.try_later import answers_try_later
from .shared_caches import purging

#: The names that Django's admin gives to the keys in its addresses.
_KEYS_IN_ADDRESSES = ("object_id", "id", "content_type_id")


def _refuse_broken(view):
    """Decorate `view`: answer 400 to what only a program sends and no database takes.

    These are a NUL in a filter, which PostgreSQL refuses, and a ticked row whose key is no number.
    A search is left alone: it takes any text. A row has one address: Python would read “١” and
    “1_0” as numbers, so no page is found there.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        filters = [values for name, values in request.GET.lists() if name != SEARCH_VAR]
        if any("\0" in value for values in filters for value in values):
            raise BadRequest("A NUL in the address.")
        if not all(map(ROW_KEY.fullmatch, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("No such row.")
        keys = [kwargs[name] for name in _KEYS_IN_ADDRESSES if name in kwargs]
        if not all(map(ROW_KEY.fullmatch, keys)):
            raise Http404("No such row.")
        return view(request, *args, **kwargs)

    return wrapped


def _read_again(view):
    """Decorate `view`: a form of a row or of a list that meets a colleague is read once more.

    Somebody may add the same name, or delete what the form is about or what it names, after the
    form was checked. The database notices when it is saved, in one transaction; the second time,
    the form says so.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except (IntegrityError, ObjectNotUpdated):
            # What an action on a list has done is not undone.
            is_list = view.__name__ == "changelist_view" and "_save" in request.POST
            if not is_list and view.__name__ not in ("add_view", "change_view"):
                raise
            # Without the words that it was saved.
            MessageMiddleware(view).process_request(request)
            return view(request, *args, **kwargs)

    return wrapped


class Desk(admin.AdminSite):
    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = gettext_lazy("Desk")
    # Under a name of its own: Django's page of one app extends `admin/index.html`.
    index_template = "admin/desk.html"
    logout_template = "admin/logged_out.html"
    login_form = LoginForm
    password_change_form = PasswordChangeForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_action(delete_chosen, "delete_selected")

    def admin_view(self, view, cacheable=False):
        """Set the admin's content security policy, with a nonce for the rich text editor."""
        checked = _refuse_broken(_read_again(view))
        checked = self._keep_form(super().admin_view(checked, cacheable))
        return answers_try_later(csp_override(settings.ADMIN_CSP)(checked))

    def _keep_form(self, view):
        """Decorate `view`: a form sent after the session has ended goes with the login form.

        Django would redirect to the login, and the form would be lost. Its token was valid, as the
        middleware has checked.
        """

        @wraps(view)
        def wrapped(request, *args, **kwargs):
            if request.user.is_anonymous and forms_again.is_own_form(request):
                carried = forms_again.Form.in_request(request).to_carry()
                return self._login_page(request, carried)
            return view(request, *args, **kwargs)

        return wrapped

    def _login_page(self, request, carried):
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "form": self.login_form(request),
            "app_path": reverse("admin:login"),
            "next": request.get_full_path(),
            "carried": carried,
        }
        response = TemplateResponse(request, "admin/login.html", context)
        add_never_cache_headers(response)
        return response

    def autocomplete_view(self, request):
        """Answer the fields that choose a row, with labels that tell namesakes apart."""
        return AutocompleteView.as_view(admin_site=self)(request)

    def login(self, request, extra_context=None):
        """Log in. A browser and a network that have logged in are known from then on.

        If the login form carries another form, that one is shown, to be sent again.
        """
        form = forms_again.Form.carried_by(request)
        carried = {"carried": request.POST[forms_again.CARRIED]} if form else {}
        context = {**carried, **(extra_context or {})}
        response = answers_try_later(super().login)(request, context)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            response = form.page(request) if form else response
            known_places.remember(request, response, request.user.get_username())
        return response

    def logout(self, request, extra_context=None):
        """Log out. The page tells the browser whose unsaved texts it forgets."""
        owner = {"draft_owner": owner_key(request.user)}
        return super().logout(request, {**owner, **(extra_context or {})})

    @method_decorator(never_cache)
    def session(self, request):
        """Tell a script whose session this is, if any, and a token for its next form.

        Only pages of this site can read the answer: each of them has such a token anyway.
        """
        username = request.user.get_username() if self.has_permission(request) else ""
        return JsonResponse({"user": username, "token": get_token(request)})

    def is_staff_network(self, address) -> bool:
        """Say whether the newsroom has logged in lately from the network of the IP `address`."""
        return known_places.is_staff_network(address)

    def get_urls(self):
        screens = [
            ("health/", self.health, "health"),
            ("health/screen-again/", require_POST(self.screen_again), "health_screen_again"),
            ("health/confirm-clock/", require_POST(self.confirm_clock), "health_confirm_clock"),
            ("health/dismiss/", require_POST(self.dismiss), "health_dismiss"),
            ("moment/", moment_field.answer_view, "moment"),
            ("find/", find.find, "find"),
            ("calendar/", calendar.show, "calendar"),
            ("calendar/move/", require_POST(calendar.move), "calendar_move"),
            ("help/", handbook.contents, "handbook"),
            ("help/<str:name>/", handbook.chapter, "handbook_chapter"),
            ("as-at/", time_machine.choose, "time_machine"),
            ("as-at/<str:instant>/", time_machine.show, "as_at_front"),
            ("as-at/<str:instant>/<path:path>", time_machine.show, "as_at"),
        ]
        own = [path(route, self.admin_view(view), name=name) for route, view, name in screens]
        return [path("session/", self.session, name="session"), *own, *super().get_urls()]

    def i18n_javascript(self, request, extra_context=None):
        """Add the rich text editor's translations to those of the admin, for JavaScript."""
        packages = ["django.contrib.admin", "django_prose_editor"]
        return JavaScriptCatalog.as_view(packages=packages)(request)

    def each_context(self, request):
        """Show Akismet's alerts to superusers on every page of the admin."""
        context = super().each_context(request)
        # Without a list of models to show, its styles and scripts are not sent either.
        context["is_nav_sidebar_enabled"] &= context["has_permission"]
        if request.user.is_superuser:
            context["akismet_alert"] = SimpleLazyObject(self._alert)
        return context

    @staticmethod
    def _alert():
        status = AkismetStatus.objects.filter(pk=1).first()
        return {"code": status.alert_code, "words": status.shown_alert} if status else {}

    def index(self, request, extra_context=None):
        context = {}
        if request.user.has_perm("comments.view_comment"):
            context |= statistics.service_status() | statistics.backlog(request.user)
            context["caches"] = purging.statuses()
            context["taken_for_spam"] = statistics.count_taken_for_spam()
        if who_may.may_see(request.user):
            context |= work.lists_for(request.user)
        return super().index(request, {**context, **(extra_context or {})})

    # --- Health ---------------------------------------------------------------------------------

    def health(self, request):
        """Show the health page: numbers for each day, and the comments that wait or have failed."""
        self._require_moderator(request)
        days = statistics.days()
        context = {
            **self.each_context(request),
            **statistics.service_status(),
            **statistics.backlog(request.user),
            **statistics.awaiting_akismet(),
            "title": _("Health of comments"),
            "days": days,
            "most": max([1, *(day.checked for day in days)]),
            "refusals": statistics.refusals(days),
            "unmailed": statistics.count_unmailed_people(),
            "caches": purging.statuses(),
        }
        return TemplateResponse(request, "admin/health.html", context)

    def screen_again(self, request):
        """Queue the comments that could not be screened, so that Akismet is asked once more."""
        self._require_moderator(request)
        number = Comment.objects.filter(screening=Screening.FAILED).screen_again(by=request.user)
        words = ngettext(
            "%d comment will be screened again.", "%d comments will be screened again.", number
        )
        if number:
            messages.success(request, words % number)
        else:
            messages.warning(
                request,
                _("None can be screened again. Where a trace is deleted, please decide by hand."),
            )
        return SeeOther(reverse("admin:health"))

    def confirm_clock(self, request):
        """Let a moderator confirm that the clock is right after it has jumped."""
        self._require_moderator(request)
        ClockStatus.current().confirm(by=request.user)
        return SeeOther(reverse("admin:health"))

    def dismiss(self, request):
        """Hide Akismet's alert until Akismet sends one with another code."""
        if not request.user.is_superuser:
            raise PermissionDenied
        AkismetStatus.current().dismiss(request.POST.get("code", ""))
        return SeeOther(reverse("admin:health"))

    @staticmethod
    def _require_moderator(request):
        if not request.user.has_perm(states.MODERATE):
            raise PermissionDenied
