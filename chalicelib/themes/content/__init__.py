"""Checkers of the kinds of files that only themes have, in the manner of those in ``attachments/content/``.

Each is a function ``check(content)`` that raises :class:`chalicelib.attachments.content.unfit.Unfit`, and runs in time
linear in the file. Nothing is unpacked.
"""
