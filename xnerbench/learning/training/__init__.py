"""The one training loop, its recipe, its random streams, and the process that it runs in."""
