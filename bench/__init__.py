"""What the product costs, measured: calls, read units, CPU and bytes, each against its budget."""
