"""Pictures: files as they come in, their renditions, how pages show them, where each is used."""
