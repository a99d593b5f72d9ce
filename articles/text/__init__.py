"""Bodies and words: the one door for HTML, typography, what a page adds to a body."""
