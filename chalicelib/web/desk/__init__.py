"""The desk: what staff see of conversations and do with them, and their own account.

The views are imported when somebody opens one.
"""

from __future__ import annotations

from chalicelib.web.routing import Route

_ONE = "/desk/conversations/{conversation_id}"

ROUTES = (
    Route("GET", "/staff", "desk.conversations:staff_home", "desk"),
    Route("GET", "/desk", "desk.conversations:desk", "desk"),
    Route("GET", _ONE, "desk.conversations:desk_conversation", "desk"),
    Route("GET", f"{_ONE}/updates", "desk.conversations:desk_updates", "desk"),
    Route("POST", f"{_ONE}/messages", "desk.conversations:answer", "desk"),
    Route("POST", f"{_ONE}/notes", "desk.conversations:note", "desk"),
    Route("POST", f"{_ONE}/close", "desk.labels:close", "desk"),
    Route("POST", f"{_ONE}/snooze", "desk.conversations:snooze", "desk"),
    Route("POST", f"{_ONE}/reopen", "desk.conversations:reopen", "desk"),
    Route("POST", f"{_ONE}/subject", "desk.conversations:rename", "desk"),
    Route("POST", f"{_ONE}/redact", "desk.conversations:redact", "desk"),
    Route("POST", f"{_ONE}/labels", "desk.labels:save", "desk"),
    Route("POST", f"{_ONE}/resend", "desk.conversations:resend", "desk"),
    Route("POST", "/desk/uploads", "desk.conversations:upload", "desk"),
    Route("GET", "/desk/attachments/{attachment_id}", "desk.conversations:attachment", "desk"),
    Route("GET", "/staff/account", "desk.account:account", "desk"),
    Route("POST", "/staff/account", "desk.account:save", "desk"),
)
