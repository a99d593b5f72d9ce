"""The content of readers’ pages: an article’s page, the front page, the archive, and so on."""
