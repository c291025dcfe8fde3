"""What computes: the frozen layers' output of a text, packed batches of it, and the layers that are trained on them."""
