"""The threads that readers see: the place of each comment, pages of them, their HTML."""
