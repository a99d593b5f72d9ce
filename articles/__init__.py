"""Articles: written, published as editions that never change, and read."""
