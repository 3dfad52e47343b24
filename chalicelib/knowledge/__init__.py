"""The knowledge base: categories, articles with drafts, versions and languages, and what readers see of them."""

MAX_QUESTION = 200
"""Characters of a search for articles; the field takes no more."""
