"""The portal's settings, which a content manager changes: on or off, session lifetime, reopening, how it looks."""
