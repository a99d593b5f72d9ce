"""English outside America."""
