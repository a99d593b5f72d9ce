"""Mail to the administrators (ADMINS) about failures: once for each failure, until it is over."""

import logging

from django.conf import settings
from django.core.mail import mail_admins
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from common.quoting import quote

from ..models import AkismetStatus, ClockStatus, WorkerStatus

logger = logging.getLogger(__name__)


def key_refused():
    """Log and mail that Akismet refuses the key. The caller calls it once for each refused key."""
    logger.error("Akismet refused the key of %s; screening is paused.", settings.SITE_URL)
    words = _(
        "Akismet refuses AKISMET_API_KEY for %(site)s. Comments are kept and wait for their "
        "screening; moderators see them marked as not screened. Please check the key. It is "
        "tried again by itself, and what waits is then screened."
    )
    _mail(_("Akismet refuses the key"), words % {"site": settings.SITE_URL})


def akismet_silent():
    """Log and mail that Akismet has failed for a long time, unless that was already mailed."""
    status = AkismetStatus.current()
    if not status.claim_alarm():
        return
    logger.error("Akismet has not answered since %s.", status.failing_since)
    words = _(
        "Since %(since)s, Akismet has given no usable answer to %(site)s. Comments are kept; they "
        "are asked about again by themselves, and moderators can decide meanwhile. The last "
        "failure was:\n%(failure)s\n\nTo look into it: python manage.py check_akismet"
    )
    facts = {
        "site": settings.SITE_URL,
        "since": date_format(localtime(status.failing_since), "DATETIME_FORMAT"),
        # It may hold words of the server that has answered.
        "failure": quote(status.failure),
    }
    if not _mail(_("Akismet does not answer"), words % facts):
        status.release_alarm()


def worker_failing():
    """Mail that sweeps have failed for a long time, unless that was already mailed."""
    if not WorkerStatus.claim_alarm():
        return
    words = _(
        "A worker of %(site)s runs, but fails again and again before it is through with what is "
        "due: comments may wait for their screening, and pictures for their sizes. Its log says "
        "why. Nothing is lost."
    )
    if not _mail(_("The worker fails"), words % {"site": settings.SITE_URL}):
        WorkerStatus.objects.update(alarmed_at=None)


def clock_unconfirmed():
    """Mail that no data is deleted because the clock jumped, unless that was already mailed."""
    if not ClockStatus.claim_alarm():
        return
    words = _(
        "The clock of the machine that %(site)s runs on has jumped. Until somebody says that it is "
        "right, no data of readers is deleted, and the periods of the privacy page may be passed. "
        "Please compare the time on this page, and confirm it there: %(page)s"
    )
    page = settings.SITE_URL + reverse("admin:health")
    if not _mail(_("The clock jumped"), words % {"site": settings.SITE_URL, "page": page}):
        ClockStatus.objects.update(alarmed_at=None)


def _mail(subject, words) -> bool:
    """Mail ADMINS; say whether that worked. If it failed, the worker continues all the same."""
    try:
        mail_admins(subject, words)
    except OSError:
        # Every SMTP error is an OSError. The newsroom's desk page shows the failure as well.
        logger.exception("“%s” could not be mailed to ADMINS.", subject)
        return False
    return True
