"""Sound files and PDFs in bodies: their check, and what readers see of them."""
