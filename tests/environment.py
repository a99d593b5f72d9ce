"""A pytest plugin that keeps the developer's own settings out of the tests.

It is loaded before Django's settings. `DATABASE_URL` and `CACHE_URL` stay as they are, so that a
developer can choose the database and the cache of the tests.
"""

import os
import re
import tempfile
from pathlib import Path

SETTINGS = Path(__file__).parent.parent / ".env.example"
KEPT = {"DATABASE_URL", "CACHE_URL"}

# `.env.example` names every setting, so a setting that is added later is kept out as well.
for name in re.findall(r"^#?([A-Z_]+)=", SETTINGS.read_text(encoding="utf-8"), re.MULTILINE):
    if name not in KEPT:
        os.environ.pop(name, None)

# Each process of the tests has one of Redis's sixteen databases, since each test empties it.
_worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
_redis = re.fullmatch(r"(redis://.+/)\d+", os.environ.get("CACHE_URL", ""))
if _worker and _redis:
    os.environ["CACHE_URL"] = f"{_redis[1]}{int(_worker[1]) % 16}"

_var = tempfile.TemporaryDirectory(prefix="newsroom-tests-", ignore_cleanup_errors=True)
# WhiteNoise warns if there is no folder of static files.
(Path(_var.name) / "static").mkdir()
os.environ |= {
    "ENV_FILE": os.devnull,
    "LOCAL": "true",
    "SECRET_KEY": "for tests only",
    "LANGUAGE_CODE": "en",
    "TIME_ZONE": "Europe/Paris",
    "VAR_DIR": _var.name,
    # The session keeps this limit after a request, for the statements of the tests too.
    "READERS_STATEMENT_SECONDS": "60",
}


def pytest_unconfigure():
    _var.cleanup()
