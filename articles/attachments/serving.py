"""How the file of an attachment is served; `deploy/nginx.conf` says the same to nginx."""

from ..text.attached import FOLDER
from .formats import FORMATS

#: A file never changes, nor does another get its name.
CACHE = "public, max-age=31536000, immutable"
#: A browser plays a sound whose address is opened, and nothing else can come of the file.
POLICY = "default-src 'none'; media-src 'self'; sandbox"


def as_attachment(path: str, response):
    """Return `response`, the file at `path` of the media, with the headers of an attachment.

    A PDF is saved, not shown: one that is shown would be a document of this site, with the scripts
    that a PDF may hold. Other files stay as they are.
    """
    folder, _slash, name = path.partition("/")
    format = FORMATS.get(name.rpartition(".")[2])
    if folder != FOLDER or format is None:
        return response
    response.headers["Content-Type"] = format.media_type
    response.headers["Cache-Control"] = CACHE
    response.headers["Content-Security-Policy"] = POLICY
    if not format.is_audio:
        response.headers["Content-Disposition"] = "attachment"
    return response
