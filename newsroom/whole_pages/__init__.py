"""Readers' pages that are made once and kept whole, to be answered before Django is entered.

`rules` says what may be kept, and why. `front` is the WSGI application in front of Django; it asks
`news` for the changes that readers can see, and `memory`, then `shared`, for a page.
"""
