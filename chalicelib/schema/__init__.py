"""Which form the table's items have, and how an older form becomes the one that this code writes."""
