"""What a reader sees: text, tables, figures, page."""
