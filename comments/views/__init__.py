"""The views of comments for readers: one module for each kind of page and its forms."""
