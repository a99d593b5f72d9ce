"""House rules: the words that a newsroom writes in one way and no other."""
