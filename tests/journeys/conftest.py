from functools import partial

import pytest

from ..akismet_server import AkismetServer
from ..conftest import AKISMET_KEY
from ..made_once import made_once
from .site import running_site, template_of_sites


@pytest.fixture(scope="session")
def template(tmp_path_factory, migrated):
    """What the sites begin as: a folder with static files, and a database."""
    make = partial(template_of_sites, migrated=migrated)
    with made_once(tmp_path_factory, "template_of_sites", make) as made:
        yield made


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
