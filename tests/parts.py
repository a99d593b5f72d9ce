"""What some tests need beside Python: PostgreSQL, Redis, Chromium; without it they are skipped.

A test asks with `@pytest.mark.needs_postgresql` and so on. `CI_PARTS="chromium redis"` says which
parts must be there: without one of these the run stops at once, so CI cannot quietly skip them.
"""

import os
import shutil

import pytest

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
#: Kept from asking its maker's hosts for updates, which a closed network refuses one by one.
CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Chromium's sandbox refuses to start as root, which is who CI often is.
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]

_on_postgresql = os.environ.get("DATABASE_URL", "").startswith(("postgres", "psql"))
#: Each part: is it there, and what to do about it where it is not.
PARTS = {
    "sqlite": (not _on_postgresql, "unset DATABASE_URL to run this"),
    "postgresql": (_on_postgresql, "set DATABASE_URL to a PostgreSQL database to run this"),
    "redis": (
        os.environ.get("CACHE_URL", "").startswith("redis"),
        "set CACHE_URL to a Redis database to run this",
    ),
    "chromium": (bool(CHROMIUM), "install Chromium, or set CHROMIUM to its path, to run this"),
}


def pytest_configure(config):
    for name in PARTS:
        config.addinivalue_line("markers", f"needs_{name}: skipped where there is no {name}.")
    for name in os.environ.get("CI_PARTS", "").split():
        is_there, how = PARTS[name]
        if not is_there:
            raise pytest.UsageError(f"CI_PARTS asks for {name}, which is not here: {how}")


def pytest_collection_modifyitems(items):
    for item in items:
        for name, (is_there, how) in PARTS.items():
            if not is_there and item.get_closest_marker(f"needs_{name}"):
                item.add_marker(pytest.mark.skip(reason=how))
