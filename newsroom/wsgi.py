"""The WSGI entry point that granian, or any other WSGI server, loads."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from newsroom import unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

application = get_wsgi_application()
unsafe_settings.log_warnings(settings)
