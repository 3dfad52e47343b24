"""E-mail: how each kind reads, as bytes for SES, and what SES reports later. The outbox decides what leaves when."""
