"""What every page offers to the theme that renders it: plain data, and the product's own markup in slots."""
