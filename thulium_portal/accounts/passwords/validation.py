"""What a password may be."""

LONGEST_PASSWORD = 1000
