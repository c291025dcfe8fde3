"""Students that see text, or states, that nobody wrote."""
