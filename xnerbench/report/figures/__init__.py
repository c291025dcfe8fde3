"""Figures: one module per kind; `xnerbench/catalogue/figures.py` declares them."""
