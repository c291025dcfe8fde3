"""Files that are whole or absent, and the record of how each was made."""
