"""The project: settings, URLs, the desk, and all code that needs both articles and comments."""
