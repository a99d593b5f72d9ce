"""What people decide: states, decisions, readers’ reports, mail to moderators, figures."""
