"""Search for words: how a text is cut into words, and the indexes for lists of the staff."""
