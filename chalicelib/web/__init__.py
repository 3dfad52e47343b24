"""The front door: requests in, pages out. A surface a file (customer, desk, sign-in, …) over routing and visits."""
