"""A pytest plugin, loaded before the settings, that keeps the developer's own environment out.

Where rows and pages go may still be said from outside: `DATABASE_URL` and `CACHE_URL`.
"""

import os
import re
import tempfile
from pathlib import Path

SETTINGS = Path(__file__).parent.parent / ".env.example"
KEPT = {"DATABASE_URL", "CACHE_URL"}

# Every setting there is, so that one added tomorrow is kept out as well.
for name in re.findall(r"^#?([A-Z_]+)=", SETTINGS.read_text(encoding="utf-8"), re.MULTILINE):
    if name not in KEPT:
        os.environ.pop(name, None)

_var = tempfile.TemporaryDirectory(prefix="newsroom-tests-", ignore_cleanup_errors=True)
# WhiteNoise warns where there is no folder of static files.
(Path(_var.name) / "static").mkdir()
os.environ |= {
    "ENV_FILE": os.devnull,
    "LOCAL": "true",
    "SECRET_KEY": "for tests only",
    "LANGUAGE_CODE": "en",
    "TIME_ZONE": "Europe/Paris",
    "VAR_DIR": _var.name,
}


def pytest_unconfigure():
    _var.cleanup()
