"""Customers: who they are, by which identities they are known, where they are signed in."""
