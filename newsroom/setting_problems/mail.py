"""Problems of the settings of mail: the server, the sender and the administrators."""

from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .hosts import host_of, is_loopback
from .wording import first


def no_server(settings):
    mailer = settings.MAILERS["default"]
    if mailer["BACKEND"].endswith("smtp.EmailBackend") and not mailer["OPTIONS"]["host"]:
        return "names no mail server"
    return ""


def not_sent(settings):
    if settings.MAILERS["default"]["BACKEND"].endswith("smtp.EmailBackend"):
        return ""
    return (
        "is not set or names no mail server, so password links, mails to moderators and alerts "
        "reach nobody"
    )


def password_in_plain(settings):
    options = settings.MAILERS["default"].get("OPTIONS", {})
    if not options.get("username") or options["use_tls"] or options["use_ssl"]:
        return ""
    if is_loopback(options["host"] or ""):
        return ""
    return "has a password that goes to the mail server without TLS"


def sender(settings):
    address = settings.DEFAULT_FROM_EMAIL
    # The default follows from SITE_URL, which has a row of its own.
    if address == f"newsroom@{host_of(settings.SITE_URL)}":
        return ""
    return first([address], not_an_address)


def admins(settings):
    return first(settings.ADMINS, not_an_address)


def not_an_address(text):
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError:
        return "which is not a mail address"
    return ""
