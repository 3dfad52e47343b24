"""What the names that pages offer to themes are for, where name and type do not say it: for editors and documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MEANINGS: Final[Mapping[str, str]] = {
    "site.language": "of the page, such as en",
    "site.direction": "ltr or rtl",
    "site.viewer": "the name of who is signed in; empty for others",
    "site.area": "portal, or internal for the internal knowledge base",
    "site.here": "where the reader is in the navigation: home, conversations, new, account, or empty",
    "site.portal_on": "whether customers can sign in",
    "site.logo_url": "empty where there is no logo",
    "urls.here": "of this page",
    "slots.notice": "what was just done, such as “Your message was sent.”; mostly empty",
    "slots.sign_out": "the customer's name and the button that signs out; empty for others",
    "slots.languages": "the choice of a language",
    "slots.search": "the form that searches the customer's conversations; empty where there are none",
    "slots.composer": "the form that the customer writes in; empty where they cannot",
    "slots.mark_read": "the button that marks a new reply as read; empty where there is none",
    "slots.faults": "what is wrong in the form of the account; mostly empty",
    "slots.about": "the form of name, language, time zone and e-mail",
    "slots.sign_out_everywhere": "the button that ends all sessions",
    "slots.find": "the form that searches articles",
    "slots.helpful": "the question whether the article helped",
    "slots.contact": "the contact form",
    "slots.sign_in": "the form of the step of signing in, with its words",
    "slots.kept": "what somebody wrote into a form that was refused; mostly empty",
    "slots.back": "the way on",
    "hooks.main": "on the element main, where the skip link leads",
    "hooks.thread": "on the element around parts/thread.html, whose content the script keeps up to date",
    "hooks.messages": "on the list of messages",
    "hooks.earlier": "on the link to earlier messages, which the script then loads in place",
    "hooks.status": "on the element with the status, which the script keeps up to date",
    "hooks.announce": "on an empty element with role=status, by which screen readers tell of new messages",
    "hooks.sections": "on the list of sections, in which the script marks where the reader is",
    "page.writes": "reply, reopen, new, or none for who cannot write",
    "page.step": "of signing in, such as email or code",
    "page.sessions[].this": "whether it is this device",
    "page.sessions[].sign_out": "the button that ends the session; empty for this device",
    "page.messages[].own": "whether the customer wrote it",
    "page.messages[].redacted": "whether something was removed from it",
    "page.messages[].channel": "where it came by another channel than the conversation",
    "page.messages[].anchor": "the id of its element, which links lead to",
    "page.rows[].preview_own": "whether the customer wrote the last message",
    "page.finished": "whether all conversations were searched",
    "page.looked": "conversations searched so far",
    "page.missing": "the language that the article is not available in; mostly empty",
    "page.newest_url": "where there is something newer; empty else",
    "page.continues_subject": "of the closed conversation that this one continues; mostly empty",
}
"""By path, whichever page offers it."""
