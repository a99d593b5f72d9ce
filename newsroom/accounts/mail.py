"""Mail to the owners of accounts: links to set a new password, and warnings of wrong passwords.

A request only stores a task with the words that were typed, so it takes the same time whether there
is such an account or not. A worker looks for the account and sends the mail.
"""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import forms, get_user_model
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.tasks import task
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from . import limits
from .try_later import TryLater

logger = logging.getLogger(__name__)

#: A mail that could not be sent is tried again after 1, 2, 4 and 8 minutes.
MOST_TRIES = 5
#: A task that has run for longer than this was left behind by a worker that was killed.
LONGEST_RUN = timedelta(minutes=10)


class _PasswordResetForm(forms.PasswordResetForm):
    """Django's form, which finds the accounts and makes the links; it reports a failed mail."""

    def send_mail(self, subject_template, body_template, context, sender, recipient, **kwargs):
        subject = render_to_string(subject_template, context)
        message = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string(body_template, context),
            from_email=sender,
            to=[recipient],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.send()


@task
def send_reset_links(email, language, tries=1):
    """Mail a link to set a new password to each account with the address `email`.

    The link has the host of SITE_URL, since the sender of a request can choose the request's host.
    """
    site = urlsplit(settings.SITE_URL)
    form = _PasswordResetForm({"email": email})
    with translation.override(language):
        if form.is_valid():
            try:
                form.save(
                    domain_override=site.netloc,
                    use_https=site.scheme == "https",
                    extra_email_context={"site_name": settings.SITE_NAME},
                )
            except OSError as error:
                _try_again(error, send_reset_links, email, language, tries=tries)


@task
def warn_owner(username, tries=1):
    """Mail the owner of the account that many wrong passwords were tried, at most once a day.

    `username` is as it was typed. The mail names no address, and has no link to follow but ours.
    """
    owners = get_user_model().objects.filter(username__iexact=username, is_active=True)
    for user in owners.exclude(email=""):
        warning = limits.warning_mail(user)
        try:
            warning.reserve()
        except TryLater:
            continue
        logger.warning("Many wrong passwords for account %s.", user.pk)
        try:
            warning_to(user).send()
        except OSError as error:
            warning.take_back()
            _try_again(error, warn_owner, username, tries=tries)


def warning_to(user) -> EmailMessage:
    """Return the message that warns `user`, in the language of the site."""
    context = {
        "user": user,
        "site_name": settings.SITE_NAME,
        "reset": settings.SITE_URL + reverse("admin_password_reset"),
    }
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Many wrong passwords for your account")
        return EmailMessage(
            subject=" ".join(f"[{settings.SITE_NAME}] {subject}".split()),
            body=render_to_string("accounts/wrong_passwords.txt", context),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )


def _try_again(error, mail, *args, tries):
    # The error's text may contain the mail address, so it is not logged.
    logger.warning("A mail about an account could not be sent: %s", type(error).__name__)
    if tries < MOST_TRIES:
        later = timezone.now() + timedelta(minutes=2 ** (tries - 1))
        mail.using(run_after=later).enqueue(*args, tries=tries + 1)


def forget_tasks():
    """Delete the tasks of this module that have run: they hold words that somebody typed."""
    paths = [send_reset_links.module_path, warn_owner.module_path]
    tasks = DBTaskResult.objects.filter(task_path__in=paths)
    (tasks & DBTaskResult.objects.finished()).delete()
    (tasks & DBTaskResult.objects.running()).filter(
        started_at__lte=timezone.now() - LONGEST_RUN
    ).delete()
