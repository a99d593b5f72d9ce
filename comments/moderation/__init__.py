"""Work of moderators on comments: states, decisions, editing, mail to moderators, statistics."""
