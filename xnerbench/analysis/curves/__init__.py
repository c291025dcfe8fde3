"""F1 against the number of sentences."""
