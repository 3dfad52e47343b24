"""What happened to conversations, as small typed facts, and how each is told to whoever follows from it."""
