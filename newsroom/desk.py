"""The desk: Django's admin as a newsroom's own. Its index answers “what needs me now?”."""

from django.conf import settings
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from articles.models import Article, Edition
from articles.publishing import Stage
from comments.models import AkismetStatus, Comment, Complaint
from comments.moderation import Screening


class Desk(admin.AdminSite):
    site_header = settings.SITE_NAME
    site_title = settings.SITE_NAME
    index_title = _("Desk")

    def admin_view(self, view, cacheable=False):
        """Give every page of the admin its own policy, with a nonce for the rich text editor."""
        return csp_override(settings.ADMIN_CSP)(super().admin_view(view, cacheable))

    def index(self, request, extra_context=None):
        context = {"akismet": akismet_state()}
        if request.user.has_perm("comments.view_comment"):
            pending = Comment.objects.awaiting_moderation()
            context |= {
                "pending": pending.bounded_count(),
                "oldest": pending.first(),
                "unscreened": pending.filter(
                    screening__in=[Screening.WAITING, Screening.FAILED]
                ).bounded_count(),
                "complaints": Complaint.objects.awaiting_decision().bounded_count(),
            }
        if request.user.has_perm("articles.change_article"):
            copies = Article.objects.select_related("section").defer("body")
            context |= {
                "in_review": copies.filter(stage=Stage.IN_REVIEW)[:10],
                "drafts": copies.filter(stage__in=[Stage.DRAFT, Stage.APPROVED])[:10],
                "scheduled": Edition.objects.filter(visible_from__gt=timezone.now())
                .defer("body")
                .order_by("visible_from")[:10],
            }
        return super().index(request, {**context, **(extra_context or {})})


def akismet_state() -> str:
    """Return in one word how screening goes: no-key, paused, failing or running."""
    status = AkismetStatus.objects.first() or AkismetStatus()
    if not settings.AKISMET_API_KEY:
        return "no-key"
    if status.paused_since:
        return "paused"
    return "failing" if status.failure else "running"
