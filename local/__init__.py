"""What only a developer's machine runs: an AWS emulator, a gateway, queue workers, a mailbox and demo data."""
