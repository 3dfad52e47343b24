"""The knowledge base: categories, articles with drafts, versions and languages, and what readers see of them."""
