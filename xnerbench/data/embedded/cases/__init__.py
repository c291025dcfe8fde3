"""Case forms of names, for the languages whose frames ask for them."""
