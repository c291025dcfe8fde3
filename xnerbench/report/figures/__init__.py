"""Figures: one module per kind, by what is compared; `xnerbench/catalogue/figures.py` declares them."""
