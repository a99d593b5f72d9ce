"""What readers ask of comments over HTTP: one module to a page and its forms."""
