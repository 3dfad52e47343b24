"""Attachments: files of messages, from the presigned upload over the checks to the short-lived download."""
