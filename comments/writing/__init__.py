"""How a comment is submitted: its origin, admission rules, refusals, and its writer’s own page."""
