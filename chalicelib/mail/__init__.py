"""Mail out: what is sent to whom, once as far as the outside can be trusted, and what is shown when it fails."""
