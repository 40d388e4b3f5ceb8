"""What files reveal, and files without it."""
