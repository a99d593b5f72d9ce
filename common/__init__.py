"""Code that any Django site could use. It imports no other package of this project."""
