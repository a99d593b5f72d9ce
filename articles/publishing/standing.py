"""Where an article stands, in words: what readers have of it, and what its working copy waits for.

The stage alone does not say it. An article whose working copy is a draft may be live all the same.
"""

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models.edition import Edition
from .stages import Stage


class Standing(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    SCHEDULED_DRAFT = "scheduled_draft", _("Scheduled · unpublished changes")
    SCHEDULED_IN_REVIEW = "scheduled_in_review", _("Scheduled · changes in review")
    SCHEDULED_APPROVED = "scheduled_approved", _("Scheduled · changes approved")
    LIVE = "live", _("Live")
    LIVE_DRAFT = "live_draft", _("Live · unpublished changes")
    LIVE_IN_REVIEW = "live_in_review", _("Live · changes in review")
    LIVE_APPROVED = "live_approved", _("Live · changes approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    WITHDRAWN_IN_REVIEW = "withdrawn_in_review", _("Withdrawn · in review")
    WITHDRAWN_APPROVED = "withdrawn_approved", _("Withdrawn · approved")


_STAGES = [Stage.DRAFT, Stage.IN_REVIEW, Stage.APPROVED]


def _by_stage(place, published):
    """Return the condition and the standing for each stage of an article in `place`."""
    standings = {stage: f"{place}_{stage}".removeprefix("never_") for stage in _STAGES}
    standings[Stage.PUBLISHED] = published
    if place == "withdrawn":
        standings[Stage.DRAFT] = Standing.WITHDRAWN
    return {stage: Standing(standing) for stage, standing in standings.items()}


#: The standing of a working copy by what readers have of the article, then by stage.
STANDINGS = {
    "live": _by_stage("live", Standing.LIVE),
    "scheduled": _by_stage("scheduled", Standing.SCHEDULED),
    "withdrawn": _by_stage("withdrawn", Standing.WITHDRAWN),
    # A published working copy has an edition, so the last one is never met.
    "never": _by_stage("never", Standing.DRAFT),
}


def standing_of(article) -> Standing:
    """Return where `article` stands now."""
    now = timezone.now()
    if article.editions.live(now).exists():
        place = "live"
    elif article.editions.filter(visible_from__gt=now).exists():
        place = "scheduled"
    else:
        place = "withdrawn" if article.editions.exists() else "never"
    return STANDINGS[place][article.stage]


def standing_in_database(at=None):
    """Return the expression for the value of `standing_of` in a query of articles."""
    now = at or timezone.now()
    editions = Edition.objects.filter(article=OuterRef("pk"))
    places = {
        "live": Exists(editions.live(now)),
        "scheduled": Exists(editions.filter(visible_from__gt=now)),
        "withdrawn": Exists(editions),
        "never": Q(),
    }
    whens = [
        When(condition & Q(stage=stage), then=Value(standing.value))
        for place, condition in places.items()
        for stage, standing in STANDINGS[place].items()
    ]
    return Case(*whens, output_field=models.CharField())
