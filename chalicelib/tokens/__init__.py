"""API tokens: what programs show instead of signing in, and what each may do."""
