"""Words about a value of a setting. Passwords in addresses are left out."""

import re


def first(values, problem):
    """Return the words about the first of `values` that has a problem, or ""."""
    for value in values:
        if found := problem(value):
            return f"{'is' if len(values) == 1 else 'has'} {shown(value)}, {found}"
    return ""


def shown(url):
    """Return an address without the name and the password that may be in it."""
    return re.sub(r"//[^/]*@", "//…@", url)


def empty(name, otherwise):
    """Return the problem of a setting that is empty; `otherwise` names the consequence."""

    def problem(settings):
        return "" if getattr(settings, name) else f"is not set, so {otherwise}"

    return problem
