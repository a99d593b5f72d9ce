#!/usr/bin/env python
"""Django's command line for Newsroom."""

import logging
import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # The words name the variables; a trace of the code would hide them.
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"ImproperlyConfigured: {error}")
    except Exception:
        # Before Django is set up, no log is configured, and Python prints the error.
        if not apps.ready:
            raise
        command = " ".join(sys.argv[1:2])
        logging.getLogger("newsroom.commands").exception("The command %s failed.", command)
        sys.exit(1)


if __name__ == "__main__":
    main()
