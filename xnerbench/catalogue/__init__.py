"""What a study's results consist of: its tables, its figures, and the report's sections.

Each table and each figure is declared here once. The files that `fit` writes, the columns that are read
as text or written as integers, the pages `docs/tables.md` and `docs/figures.md`, the sections of the
report and Snakemake's outputs are derived from the declarations. To add one to the suite, add a `Table` to
one of the modules `*_tables.py`, or a `Figure` to `figures.py`, and run `xnerbench docs`; a user's
own file calls `tables.register_table` or `figures.register_figure` instead.

Nothing here imports pandas or matplotlib: the workflow reads the declarations for every job. The code that
makes rows, views and drawings is named as `module:function` and imported when it is used.
"""
