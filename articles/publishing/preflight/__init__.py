"""The one list of all that stands in the way of saving or of publishing.

Forms, the press and an importer ask the same functions, which return findings and raise nothing.
"""
