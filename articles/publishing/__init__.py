"""Publishing, from working copy to edition: stages, the press, addresses, and the checks."""
