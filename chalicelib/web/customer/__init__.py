"""What signed-in customers see and do."""

from __future__ import annotations

from chalicelib.web.customer import account, conversations

ROUTES = (*conversations.ROUTES, *account.ROUTES)
