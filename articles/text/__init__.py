"""Text: the cleaning of HTML, typography, and the parts that a page adds to a body."""
