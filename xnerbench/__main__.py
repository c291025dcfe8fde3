"""`python -m xnerbench` is the same program as `xnerbench`, run in the warm process if there is one."""

import sys

from xnerbench.pipeline import warm

if __name__ == "__main__":
    status = warm.call(sys.argv[1:])
    if status is not None:
        sys.exit(status)
    from xnerbench.cli import main

    main()
