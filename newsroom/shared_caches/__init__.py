"""Shared caches in front of the site: nginx, Varnish, Fastly and Cloudflare.

`lifetimes` tells them how long they may keep a page, and `purging` makes them forget what changed.
`cache` is what `purging` needs of a cache; a module for each kind has the rest.
"""
