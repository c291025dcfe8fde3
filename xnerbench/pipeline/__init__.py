"""How a study runs: what is planned anew, what failed, how long it takes."""
