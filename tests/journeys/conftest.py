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
    """What the sites begin as: one process makes it for all, and ends it after the others."""
    base, shared = tmp_path_factory.getbasetemp(), "PYTEST_XDIST_WORKER" in os.environ
    folder = (base.parent if shared else base) / "template_of_sites"
    folder.mkdir(exist_ok=True)
    made = folder / "database.txt"
    with (
        (folder / "users").open("w") as users,
        (folder / "maker").open("w") as maker,
        ExitStack() as stack,
    ):
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(maker, fcntl.LOCK_EX)
        if not made.exists():
            made.write_text(stack.enter_context(template_of_sites(folder)).database)
            stack.callback(made.unlink)
            # The maker's first step at the end is to wait for the other users.
            stack.callback(fcntl.flock, users, fcntl.LOCK_EX)
        fcntl.flock(maker, fcntl.LOCK_UN)
        yield SimpleNamespace(folder=folder, database=made.read_text())


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
