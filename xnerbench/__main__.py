"""`python -m xnerbench` is the same program as `xnerbench`."""

from xnerbench.cli import main

if __name__ == "__main__":
    main()
