"""Errors of the site: log lines, a bounded file of reports, and the worker's mail about them."""
