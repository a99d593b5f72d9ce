"""The WSGI entry point that granian, or any other WSGI server, loads."""

import gc
import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from newsroom import unsafe_settings
from newsroom.content_type import with_plain_content_type

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

try:
    application = with_plain_content_type(get_wsgi_application())
    # Its module can be loaded only now that the apps are.
    from newsroom.whole_pages.front import with_whole_pages

    application = with_whole_pages(application)
except ImproperlyConfigured as error:
    # The words name the variables; a trace of the code would hide them. Not every server prints the
    # words of SystemExit.
    sys.stderr.write(f"ImproperlyConfigured: {error}\n")
    sys.exit(1)
unsafe_settings.log_warnings(settings)
# What is loaded stays. To look for garbage among it, and after every few objects, takes a twentieth
# of the time of a page.
gc.freeze()
gc.set_threshold(10_000)
