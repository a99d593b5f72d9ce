"""What stands in the way of saving or of publishing: one list, whoever asks.

Forms, the press and an importer ask the same functions, which return findings and raise nothing.
"""
