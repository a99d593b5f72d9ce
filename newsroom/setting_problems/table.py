"""The table of unsafe settings, which the start of a site and `check --deploy` share."""

from collections.abc import Callable
from dataclasses import dataclass

from . import files, mail, services, site, values, wording


@dataclass(frozen=True)
class Row:
    """A variable, a problem that its value may have, and advice on the value to write instead.

    `number` makes the id of the system check. `refused` is whether the site refuses to start; if
    not, it warns. `local` is whether the row holds for a local site too.
    """

    number: int
    variable: str
    problem: Callable[..., str]
    advice: str
    refused: bool = True
    local: bool = False

    @property
    def id(self) -> str:
        return f"newsroom.{'E' if self.refused else 'W'}{self.number:03}"


REFUSED = [
    Row(
        *(10, "LOCAL", site.beyond_this_machine("LOCAL")),
        "Take LOCAL away on a site that others reach. On this machine alone, ALLOWED_HOSTS and "
        "SITE_URL may be empty.",
        local=True,
    ),
    Row(
        *(11, "DEBUG", site.beyond_this_machine("DEBUG")),
        "Take DEBUG away on a site that others reach: its error pages show the code and settings.",
        local=True,
    ),
    Row(
        *(12, "SECRET_KEY", site.secret_key),
        "Sessions, stamps and receipts are signed with it. Make one with: "
        'python -c "import secrets; print(secrets.token_urlsafe(50))"',
    ),
    Row(
        *(13, "ALLOWED_HOSTS", site.hosts),
        "Name the hosts that this site answers to, separated by commas, such as news.example; "
        ".news.example is that host and all below it.",
    ),
    Row(
        *(14, "SITE_URL", site.site_url),
        "Readers, mails and Akismet are told this address. Write https:// and the host, without a "
        "path or a password, such as https://news.example.",
        local=True,
    ),
    Row(
        *(15, "SITE_URL", site.site_url_outside),
        "Add the host to ALLOWED_HOSTS.",
        local=True,
    ),
    Row(
        *(16, "CSRF_TRUSTED_ORIGINS", site.origins),
        "Their pages may send any form as a reader or an editor. Name each, such as "
        "https://amp.news.example.",
    ),
    Row(
        *(17, "SECURE_SSL_REDIRECT", site.no_https),
        "Set TRUSTED_PROXY_COUNT to the number of proxies in front, with the one that ends TLS.",
    ),
    Row(
        *(18, "DATABASE_URL", services.database),
        "Write postgres://user:password@host:5432/name, or leave it empty for SQLite.",
        local=True,
    ),
    Row(
        *(19, "DATABASE_URL", services.database_in_memory),
        "Write postgres://user:password@host:5432/name, or leave it empty for SQLite in a file.",
    ),
    Row(
        *(20, "CACHE_URL", services.cache),
        "Write redis://host:6379/1, or leave it empty for a cache in each process.",
        local=True,
    ),
    Row(
        *(21, "MEDIA_URL", files.media_url),
        "Write a path such as /media/ or an address such as https://media.news.example/, with a "
        "slash at its end.",
        local=True,
    ),
    Row(
        *(22, "MEDIA_ROOT", files.public_folder("MEDIA_ROOT")),
        "Give the pictures a folder of their own.",
        local=True,
    ),
    Row(
        *(23, "STATIC_ROOT", files.public_folder("STATIC_ROOT")),
        "Give the static files a folder of their own.",
        local=True,
    ),
    Row(
        *(24, "MEDIA_ROOT", files.same_folder),
        "Give the pictures a folder of their own.",
        local=True,
    ),
    Row(
        *(25, "EMAIL_URL", mail.no_server),
        "Write smtp+tls://user:password@host:587.",
        local=True,
    ),
    Row(
        *(26, "DEFAULT_FROM_EMAIL", mail.sender),
        "Write an address such as newsroom@news.example.",
    ),
    Row(
        *(27, "ADMINS", mail.admins),
        "Write addresses separated by commas, such as admin@news.example.",
        local=True,
    ),
    Row(
        *(28, "AKISMET_API_URL", services.akismet_url),
        "Leave it empty for https://rest.akismet.com.",
        local=True,
    ),
    Row(
        *(29, "LANGUAGE_CODE", values.language),
        "Write en or fr.",
        local=True,
    ),
    Row(
        *(30, "TIME_ZONE", values.time_zone),
        "Write the name of a region and a city, such as Europe/Paris.",
        local=True,
    ),
    Row(
        *(31, "COMMENTS_FLOOD_ACTION", values.flood_action),
        "Write hold or refuse.",
        local=True,
    ),
    Row(
        *(32, "PURGE_NGINX_URLS", services.purge_addresses("PURGE_NGINX_URLS")),
        "Write addresses such as http://127.0.0.1:8081, separated by commas, without a path.",
        local=True,
    ),
    Row(
        *(33, "PURGE_VARNISH_URLS", services.purge_addresses("PURGE_VARNISH_URLS")),
        "Write addresses such as http://127.0.0.1:6081, separated by commas, without a path.",
        local=True,
    ),
    Row(
        *(34, "FASTLY_SERVICE_ID"),
        services.identifier("FASTLY_SERVICE_ID", "FASTLY_API_TOKEN"),
        "Fastly shows it beside the name of the service.",
        local=True,
    ),
    Row(
        *(35, "FASTLY_API_TOKEN", services.token("FASTLY_API_TOKEN", "FASTLY_SERVICE_ID")),
        "Make one at Fastly with the scope “Purge select content” for this service only.",
        local=True,
    ),
    Row(
        *(36, "FASTLY_API_URL", services.api_address("FASTLY_API_URL")),
        "Leave it empty for https://api.fastly.com.",
        local=True,
    ),
    Row(
        *(37, "CLOUDFLARE_ZONE_ID"),
        services.identifier("CLOUDFLARE_ZONE_ID", "CLOUDFLARE_API_TOKEN"),
        "Cloudflare shows it on the zone's overview.",
        local=True,
    ),
    Row(
        *(38, "CLOUDFLARE_API_TOKEN"),
        services.token("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ZONE_ID"),
        "Make one at Cloudflare with the permission “Cache Purge” for this zone only.",
        local=True,
    ),
    Row(
        *(39, "CLOUDFLARE_API_URL", services.api_address("CLOUDFLARE_API_URL")),
        "Leave it empty for https://api.cloudflare.com/client/v4.",
        local=True,
    ),
    *(
        Row(
            *(number, name, values.out_of_range(name)),
            "Leave it empty for the default; .env.example says what it counts.",
            local=True,
        )
        for number, name in enumerate(values.RANGES, start=100)
    ),
]

WARNED = [
    Row(
        *(50, "LOCAL", site.local),
        "Take LOCAL and DEBUG away on a site that others reach.",
        refused=False,
    ),
    Row(
        *(51, "TRUSTED_PROXY_COUNT", site.no_proxy),
        "Set it to the number of proxies in front of this site, usually 1. It stays 0 only where "
        "granian itself ends TLS.",
        refused=False,
    ),
    Row(
        *(52, "DATABASE_URL", services.sqlite),
        "Write postgres://user:password@host:5432/name for more.",
        refused=False,
    ),
    Row(
        *(53, "EMAIL_URL", mail.not_sent),
        "Write smtp+tls://user:password@host:587.",
        refused=False,
    ),
    Row(
        *(54, "EMAIL_URL", mail.password_in_plain),
        "Write smtp+tls:// instead of smtp://.",
        refused=False,
    ),
    Row(
        *(55, "ADMINS", wording.empty("ADMINS", "nobody is mailed about errors and alerts")),
        "Write addresses separated by commas, such as admin@news.example.",
        refused=False,
    ),
    Row(
        *(56, "AKISMET_API_KEY"),
        wording.empty("AKISMET_API_KEY", "comments reach the moderators as “not screened”"),
        "Get a key at akismet.com; comments that wait are then screened.",
        refused=False,
    ),
    Row(
        *(57, "COMMENTS_NETWORK_LIMIT", values.network_limit),
        "Write a larger number than COMMENTS_RATE_LIMIT.",
        refused=False,
    ),
    Row(
        *(58, "COMMENTS_TRACE_DAYS", values.trace_days),
        "Write a smaller number, or a larger one for COMMENTS_TRACE_DAYS_AT_MOST.",
        refused=False,
    ),
]
