"""What opens a corpus of each format, and other text that a user hands in."""
