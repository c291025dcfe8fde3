"""What jobs share: opening what earlier ones made, a cell's tagger and its predictions, ending with whole files."""
