"""What the mail about a broken page tells, and what of its reader it does not."""

from django.views.debug import SafeExceptionReporterFilter

#: The fields that help to find an error and say nothing of its reader.
TOLD = {
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_PROTOCOL"),
    *("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE"),
    *("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_X_FORWARDED_PROTO"),
}


class WithoutReaders(SafeExceptionReporterFilter):
    """What ADMINS are mailed about a page that broke: where and how, but of its reader nothing.

    Django would send what was typed, the address and the browser: a copy that no retention reaches.
    """

    def get_post_parameters(self, request):
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        return self._cleanse_multivaluedict(request.POST, "__ALL__")

    def get_safe_request_meta(self, request):
        meta = super().get_safe_request_meta(request)
        if self.is_active(request):
            meta = {name: value for name, value in meta.items() if name in TOLD}
        return meta
