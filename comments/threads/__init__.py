"""The threads that readers see: the place of each comment, the pages of threads, the HTML."""
