"""The filter for mails about server errors. It removes the data of the reader."""

from django.views.debug import SafeExceptionReporterFilter

#: The fields of the request that the mail contains. They help to find the error and do not identify
#: the reader.
MAILED_FIELDS = {
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "SERVER_PROTOCOL"),
    *("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE"),
    *("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE", "HTTP_X_FORWARDED_PROTO"),
}


class ReaderDataFilter(SafeExceptionReporterFilter):
    """Lets the mails to ADMINS say where and how a page failed, but nothing about its reader.

    Django's own filter would send the submitted form, the IP address and the browser. Our retention
    rules could not delete that copy.
    """

    def get_post_parameters(self, request):
        if request is None or not self.is_active(request):
            return super().get_post_parameters(request)
        return self._cleanse_multivaluedict(request.POST, "__ALL__")

    def get_safe_request_meta(self, request):
        meta = super().get_safe_request_meta(request)
        if self.is_active(request):
            meta = {name: value for name, value in meta.items() if name in MAILED_FIELDS}
        return meta
