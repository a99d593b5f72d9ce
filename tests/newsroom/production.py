"""The environment of a production site that is refused nothing and warned of nothing."""

SAFE = {
    "SECRET_KEY": "7f-Qx2!mB9vLr@e4Kz8WnT#p6YdUjH1sGcXo5aIqR0tEwVbN-kJh3Zy",
    "ALLOWED_HOSTS": "news.example",
    "SITE_URL": "https://news.example",
    "TRUSTED_PROXY_COUNT": "1",
    "ADMINS": "admin@news.example",
    "DATABASE_URL": "postgres://newsroom:password@127.0.0.1:5432/newsroom",
    "AKISMET_API_KEY": "0123456789ab",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
}
