"""`python -m matrix` is `policy-matrix`."""

from matrix.cli import main

if __name__ == "__main__":
    main(prog_name="policy-matrix")
