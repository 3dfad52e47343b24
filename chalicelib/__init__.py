"""Foyer's rooms, from the door inwards.

    wiring          builds everything, once; knows every room
    web             the front door: routing, identity, forms; a folder a surface
    rendering       templates: the environment, its compiler and filters
    conversations   what customers and agents say, and what may be done when
    facts           what happened to conversations, and who is told of it
    finding         the index of each customer's words, asked before messages are read
    customers       who they are, by which identities they are known
    merging         two customers found to be one
    signin          e-mailed codes and links, sessions
    openid          staff who sign in at their organization's provider
    staff           internal users, roles, permissions
    tokens          what programs show instead of signing in
    attachments     files, from the presigned upload over the checks (``content``, a file a format) to the download
    mail            replies, codes and invitations as e-mail, and what SES reports of them
    outbox          what still has to leave, whatever it is: leases, retries, failures
    portal          what a content manager can set
    knowledge       articles: written, published, read, searched
    themes          what the portal looks like: the language of themes, their checks, editing and publishing
    snippets        named texts, one for each language
    schema          the form of the table's items, and how an older one becomes the newest
    audit           the log of every change, chained
    channels        where messages come from and go to
    aws             the only room that imports botocore: keys, table, files, queues, mail
    deployment      what all rooms stand on: settings, clock, keys, table, files, clients
    functions       what Lambda runs: what triggers each function, its queue, size and alarms
    clock, colour, countries, fetching, formats, ids, jitter, links, once, records, refusals, settings, signing, speech,
    telemetry, text, urls, words, zones   what every room may use

Imports go from web to the rooms and from them to aws and what every room may use, never back. Rooms know each other's
rules; in a room imports go from ``service`` to ``model`` and ``store``.
"""
