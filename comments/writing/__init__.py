"""How a comment comes in: its origin, what it passes, refusals, and its writer’s own page."""
