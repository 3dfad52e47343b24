"""What the Makefile calls, besides the programs of other folders."""
