"""What any Django site could use; it knows nothing of ours."""
