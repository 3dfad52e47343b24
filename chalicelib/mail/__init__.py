"""E-mail: how each kind reads, as bytes for SES, and what SES tells of it later. The outbox says what leaves when."""
