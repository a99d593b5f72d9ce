"""The Content-Type of a request, with only the parts that the site uses."""

import re

_MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)
#: Where the parts of a form with files begin and end (RFC 7578, section 4.1).
_BOUNDARY = re.compile(r';\s*(boundary=(?:"[^"]{1,200}"|[^";\s]{1,200}))', re.IGNORECASE)


def with_plain_content_type(application):
    """Wrap a WSGI application: it gets only the media type and the boundary of a Content-Type.

    All our forms are UTF-8. Django accepts any codec of Python as a character set, `hex` too, and
    raises an exception for some while it makes the request, before its error handling begins. The
    answer would be a bare 500.
    """

    def wrapped(environ, start_response):
        sent = environ.get("CONTENT_TYPE") or ""
        used = [found[0] for found in [_MEDIA_TYPE.match(sent)] if found]
        used += [found[1] for found in [_BOUNDARY.search(sent)] if used and found]
        environ["CONTENT_TYPE"] = "; ".join(used)
        return application(environ, start_response)

    return wrapped
