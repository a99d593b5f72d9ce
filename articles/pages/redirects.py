"""Links that last: an address made of a slug that was changed leads to where its page is now."""

from functools import wraps

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse


def follows(model):
    """Make a view of one `model`, found by its `slug`, lead on from each slug that it ever had.

    It leads only to a page that is there: what is not public is not found under its old address
    either, which would tell the new one.
    """

    def decorate(view):
        @wraps(view)
        def following(request, slug, **kwargs):
            try:
                return view(request, slug=slug, **kwargs)
            except Http404:
                moved = model.formerly_at(slug)
                if moved is None:
                    raise
            view(request, slug=moved.slug, **kwargs)
            match = request.resolver_match
            here = reverse(match.view_name, kwargs={**match.kwargs, "slug": moved.slug})
            return HttpResponsePermanentRedirect(here)

        return following

    return decorate
