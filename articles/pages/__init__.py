"""What readers’ pages are made of: an article’s page, the front page, the archive, and so on."""
