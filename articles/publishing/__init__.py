"""From working copy to edition: stages, the press, addresses, and what stands in the way."""
