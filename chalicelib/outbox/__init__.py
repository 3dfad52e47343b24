"""What must leave, whatever it is: kept until it is sent, tried again, and shown to staff when it cannot be sent."""
