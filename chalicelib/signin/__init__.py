"""Sign-in by an e-mailed code and link, for customers and for staff."""
