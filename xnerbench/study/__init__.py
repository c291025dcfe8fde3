"""What a study is: its configuration, its grid, and where its files are."""
