"""Conversations and their messages: what customers and agents say, and what may be done when."""
