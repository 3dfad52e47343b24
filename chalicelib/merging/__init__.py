"""Two customers found to be one: what one had becomes the other's."""
