"""F1 as a surface over unlabelled sentences n and updates u: laws, decompositions, and what to buy."""
