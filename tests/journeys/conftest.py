import pytest

from ..akismet_server import AkismetServer
from ..conftest import AKISMET_KEY
from .site import running_site


@pytest.fixture(scope="module")
def akismet():
    """One Akismet for the module's site; each test sets the mode that it needs."""
    with AkismetServer(key=AKISMET_KEY) as server:
        yield server


@pytest.fixture(scope="module")
def site(akismet, tmp_path_factory):
    with running_site(tmp_path_factory.mktemp("site"), akismet, LANGUAGE_CODE="fr") as site:
        yield site
