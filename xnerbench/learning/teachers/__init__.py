"""Teachers, what they say of a text, how they are weighted, and how far a student agrees with them."""
