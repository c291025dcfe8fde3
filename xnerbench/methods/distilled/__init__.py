"""Students of the soft labels of one teacher, or of several."""
