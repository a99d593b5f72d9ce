"""The site as uvicorn takes it, in four threads, for `make bench-servers`: a2wsgi is in between.

It is apart from `tests.bench_servers`, which sets an environment of its own.
"""


def application():
    from a2wsgi import WSGIMiddleware

    from newsroom.wsgi import application as site

    return WSGIMiddleware(site, workers=4)
