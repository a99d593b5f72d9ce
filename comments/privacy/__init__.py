"""What is kept of readers, for how long, and how it is exported, erased and told."""
