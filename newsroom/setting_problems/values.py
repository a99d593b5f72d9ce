"""Problems of words and numbers among the settings."""

from datetime import timedelta
from zoneinfo import ZoneInfo


def language(settings):
    if settings.LANGUAGE_CODE in dict(settings.LANGUAGES):
        return ""
    return f"is {settings.LANGUAGE_CODE}, which Newsroom is not translated to"


def time_zone(settings):
    try:
        ZoneInfo(settings.TIME_ZONE)
    except (ValueError, LookupError, OSError):
        return f"is {settings.TIME_ZONE}, which is not a known time zone"
    return ""


def flood_action(settings):
    if settings.COMMENTS_FLOOD_ACTION in ("hold", "refuse"):
        return ""
    return f"is {settings.COMMENTS_FLOOD_ACTION}, which is neither “hold” nor “refuse”"


def network_limit(settings):
    if settings.COMMENTS_NETWORK_LIMIT >= settings.COMMENTS_RATE_LIMIT:
        return ""
    return "is smaller than COMMENTS_RATE_LIMIT, so it decides for each address as well"


def trace_days(settings):
    if settings.COMMENTS_TRACE_DAYS <= settings.COMMENTS_TRACE_DAYS_AT_MOST:
        return ""
    return "is longer than COMMENTS_TRACE_DAYS_AT_MOST, which wins"


#: The smallest and the largest sensible value of each setting that is a number.
RANGES = {
    "PORT": (1, 65535),
    "TRUSTED_PROXY_COUNT": (0, 10),
    "ATTACHMENT_MAX_MB": (1, 2000),
    "READERS_STATEMENT_SECONDS": (0.1, 60),
    "SEARCHES_AT_ONCE": (1, 1000),
    "SECURE_HSTS_SECONDS": (0, 10 * 366 * 24 * 3600),
    "AKISMET_TIMEOUT": (0.1, 60),
    "COMMENTS_RATE_LIMIT": (1, 1_000_000),
    "COMMENTS_RATE_PERIOD": (1, 31 * 24 * 3600),
    "COMMENTS_NETWORK_LIMIT": (1, 1_000_000),
    "COMMENTS_CLOSE_AFTER_DAYS": (0, 36500),
    "COMMENTS_EDIT_MINUTES": (0, 7 * 24 * 60),
    "COMMENTS_FLOOD_LIMIT": (1, 1_000_000),
    "COMMENTS_TRACE_DAYS": (1, 3650),
    "COMMENTS_TRACE_DAYS_AT_MOST": (1, 3650),
    "COMMENTS_SPAM_DAYS": (1, 3650),
    "COMMENTS_REJECTED_DAYS": (1, 3650),
    "COMMENTS_COMPLAINT_DAYS": (1, 3650),
    "ACCESS_LOG_DAYS": (0, 3650),
    "KEPT_PAGES_MB": (0, 65_536),
}


def out_of_range(name):
    least, most = RANGES[name]

    def problem(settings):
        value = getattr(settings, name)
        if isinstance(value, timedelta):
            value = int(value.total_seconds())
        if least <= value <= most:
            return ""
        return f"is {value}, which is not from {least} to {most}"

    return problem
