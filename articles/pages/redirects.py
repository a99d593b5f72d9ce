"""Redirects from an address with a former slug to the present address of the page."""

from functools import wraps

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse


def redirects_former_slugs(model):
    """Make a view of one object of `model` redirect from each slug that the object ever had.

    It redirects only to a page that exists. If the page is not public, its old address gives 404
    too, since a redirect would reveal the new address.
    """

    def decorate(view):
        @wraps(view)
        def wrapper(request, slug, **kwargs):
            try:
                return view(request, slug=slug, **kwargs)
            except Http404:
                moved = model.with_former_slug(slug)
                if moved is None:
                    raise
            view(request, slug=moved.slug, **kwargs)
            match = request.resolver_match
            here = reverse(match.view_name, kwargs={**match.kwargs, "slug": moved.slug})
            return HttpResponsePermanentRedirect(here)

        return wrapper

    return decorate
