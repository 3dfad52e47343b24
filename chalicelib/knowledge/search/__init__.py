"""Search over published articles: one SQLite file for each scope, made behind the request by ``index_builds``.

    service           what readers do: search within what they may see

    index_format      what a file is: SQLite with FTS5, and its tables
    index_writer      writes one from articles
    index_reader      asks one: which articles, in which order, with which snippet
    passage           where the words of a text stand, and the snippet that shows them

    stemmer           what is left of a word without its endings, and words that say nothing, by language
    query_expansion   what else a word of a question may mean: its other forms, slips, words joined

What counts as a word is in :mod:`chalicelib.words`.
An index holds words as they are written; a question is widened until it finds them in every form.
"""
