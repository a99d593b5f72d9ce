"""A newsroom of any size, made up from the words of the demo, to try the site at that size."""
