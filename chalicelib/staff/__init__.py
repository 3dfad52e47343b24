"""Staff: internal users, their roles, and the permissions a role is made of."""
