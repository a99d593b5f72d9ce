"""The WSGI entry point that granian, or any other WSGI server, loads."""

import os

from django.core.wsgi import get_wsgi_application

from .content_type import with_plain_content_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

application = with_plain_content_type(get_wsgi_application())
