"""The parts that some tests need besides Python: databases, Chromium, nginx, Varnish, vnu.

A test names a part that it needs with `@pytest.mark.needs_postgresql` and so on; without the part
the test is skipped. `CI_PARTS="chromium redis"` names the parts that must be there: if one of them
is missing, the run stops at once, so CI cannot skip its tests unnoticed.
"""

import os
import shutil
from pathlib import Path

import pytest

CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
#: Debian keeps it where a user's own PATH may not look. nginx itself reads a variable NGINX.
NGINX = os.environ.get("NGINX_BINARY") or shutil.which(
    "nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"
)
VARNISHD = os.environ.get("VARNISHD_BINARY") or shutil.which(
    "varnishd", path=f"{os.environ.get('PATH', '')}:/usr/sbin"
)
#: Its module that finds pages by key; Debian has it in a package of its own.
_XKEY = any(
    folder.joinpath("varnish/vmods/libvmod_xkey.so").exists()
    for folder in (Path("/usr/lib"), Path("/usr/lib64"), *Path("/usr/lib").glob("*-linux-gnu*"))
)
#: The module of Debian's libnginx-mod-http-cache-purge.
NGINX_PURGE = Path(
    os.environ.get("NGINX_PURGE_MODULE") or "/usr/lib/nginx/modules/ngx_http_cache_purge_module.so"
)
#: The validator of HTML (`vnu.jar`), which `.ci/package.json` names.
VNU = Path(
    os.environ.get("VNU_JAR")
    or Path(__file__).parent.parent / ".ci/node_modules/vnu-jar/build/dist/vnu.jar"
)
#: Features that the tests do without. Those of the first line draw the suggestions of the address
#: bar: two pages for each new window, which take longer than most pages of a test. Playwright
#: switches the others off, but Chromium reads only the last list that it is given.
_FEATURES = [
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"),
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "PaintHolding"),
    *("HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "LensOverlay", "MediaRouter", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
]
#: Some of these stop Chromium's requests for updates, since a closed network refuses each of them.
CHROMIUM_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_FEATURES)}",
    # Chromium's sandbox refuses to start as root, and CI often runs as root.
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]

_on_postgresql = os.environ.get("DATABASE_URL", "").startswith(("postgres", "psql"))
#: For each part: whether it is there, and how to get its tests to run if it is not.
PARTS = {
    "sqlite": (not _on_postgresql, "unset DATABASE_URL to run this"),
    "postgresql": (_on_postgresql, "set DATABASE_URL to a PostgreSQL database to run this"),
    "redis": (
        os.environ.get("CACHE_URL", "").startswith("redis"),
        "set CACHE_URL to a Redis database to run this",
    ),
    "chromium": (bool(CHROMIUM), "install Chromium, or set CHROMIUM to its path, to run this"),
    "nginx": (
        bool(NGINX and shutil.which("openssl")),
        "install nginx and openssl, or set NGINX_BINARY to its path, to run this",
    ),
    "varnish": (
        bool(VARNISHD and _XKEY),
        "install varnish and varnish-modules to run this",
    ),
    "nginx_purge": (
        bool(NGINX and shutil.which("openssl") and NGINX_PURGE.exists()),
        "install libnginx-mod-http-cache-purge beside nginx to run this",
    ),
    "vnu": (
        bool(VNU.exists() and shutil.which("java")),
        "install Java and run “npm ci --ignore-scripts --prefix .ci” to run this",
    ),
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
