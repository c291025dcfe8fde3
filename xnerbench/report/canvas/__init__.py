"""What every figure is drawn with: look, labels, rows, and the facts of a caption."""
