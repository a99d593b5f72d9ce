"""Data kept about readers: retention, erasure, export, and the facts on the privacy page."""
