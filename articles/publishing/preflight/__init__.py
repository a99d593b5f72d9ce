"""All checks before saving and before publishing, in one place.

Forms, `press` and importers call the same functions, which yield findings and raise no error.
"""
