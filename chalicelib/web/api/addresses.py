"""Where the JSON API begins; its routes and its description say it."""

ROOT = "/api/v1"
