"""Full text search: words, queries, the index on both databases, marked words in the results."""
