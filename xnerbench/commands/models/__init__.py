"""Commands that make and use a tagger outside a study."""
