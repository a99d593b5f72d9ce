"""Accounts of the staff: limits on guesses of passwords, and the reset of a forgotten password."""
