"""How tables and figures are written down: LaTeX, Markdown, SVG."""
