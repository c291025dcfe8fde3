"""Methods beside each other: means, paired differences, fidelity, costs."""
