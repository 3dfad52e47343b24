"""Snippets: named texts with a value per language, for labels, mails and pages."""
