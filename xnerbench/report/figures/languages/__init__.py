"""Languages beside each other: distance, confidence, sources, predictions."""
