"""The project: settings, addresses, the desk, and whatever needs both articles and comments."""
