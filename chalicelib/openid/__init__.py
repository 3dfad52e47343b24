"""OpenID Connect of staff: which provider, what it says of people, and which member of staff that makes them."""
