"""What a language is expected to need."""
