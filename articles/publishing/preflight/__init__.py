"""All checks before saving and before publishing, in one place.

The functions yield findings and raise no error: forms show all of them, `press` refuses the first.
`import_article` presses, and so obeys the checks before publishing. It leaves out those before
saving, since articles from elsewhere often lack alternative texts, and those of style: an importer
asks `saving` and `levels.found_in` too, and reports what it finds.
"""
