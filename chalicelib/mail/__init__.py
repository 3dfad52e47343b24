"""Outgoing mail: what is sent to whom, once if the mail service allows it, and what is shown when it fails."""
