"""Words of customers' conversations: which conversations have which words, without reading a message.

    model          what a question asks for, and whether texts have it
    pages          words and their conversations as bytes
    store          the index of a customer as items
    index          asks it, adds to it, removes from it, and keeps it small

It tells which conversations *may* have a word. Whoever shows one reads its messages first: what is redacted is found
by nobody, however late the index is.
"""
