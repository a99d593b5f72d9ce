import fcntl
import os
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from ..akismet_server import AkismetServer
from ..conftest import AKISMET_KEY
from .site import running_site, template_of_sites


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """What the sites begin as. On SQLite it is files, which one process makes for all of them."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        folder = tmp_path_factory.mktemp("template")
    else:
        base, shared = tmp_path_factory.getbasetemp(), "PYTEST_XDIST_WORKER" in os.environ
        folder = (base.parent if shared else base) / "template_of_sites"
        folder.mkdir(exist_ok=True)
    with ExitStack() as stack, (folder / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if not (database := lock.read()):
            database = stack.enter_context(template_of_sites(folder)).database
            lock.write(database)
            lock.flush()
        fcntl.flock(lock, fcntl.LOCK_UN)
        yield SimpleNamespace(folder=folder, database=database)


@pytest.fixture(scope="module")
def akismet():
    """One Akismet for the module's site; each test sets the mode that it needs."""
    with AkismetServer(key=AKISMET_KEY) as server:
        yield server


@pytest.fixture(scope="module")
def site(template, akismet, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with running_site(folder, template, akismet, LANGUAGE_CODE="fr") as site:
        yield site
