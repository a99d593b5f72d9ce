"""Problems of the settings that say where pictures and static files are."""

import re
from pathlib import Path

from .hosts import is_origin
from .wording import shown


def media_url(settings):
    url = settings.MEDIA_URL
    if re.fullmatch(r"/(?:[\w.~-]+/)+", url, re.ASCII):
        return ""
    parts = re.fullmatch(r"(https://[^/]+)(?:/[\w.~-]+)*/", url, re.ASCII)
    if parts and is_origin(parts[1]):
        return ""
    return f"is {shown(url)}, which is neither a path of this site nor an address of https://"


def public_folder(name):
    """Return the problem of a folder that web servers publish, and that holds private files."""

    def problem(settings):
        folder = Path(getattr(settings, name)).resolve()
        private = [settings.BASE_DIR, settings.VAR_DIR, settings.DATABASES["default"]["NAME"]]
        if any(Path(path).resolve().is_relative_to(folder) for path in private if path):
            return f"is {folder}, which holds the site's own files, and its files are public"
        return ""

    return problem


def same_folder(settings):
    if Path(settings.MEDIA_ROOT).resolve() == Path(settings.STATIC_ROOT).resolve():
        return "and STATIC_ROOT are one folder, where each would overwrite the files of the other"
    return ""
