"""Articles: written and published by editors, read and searched by everybody else.

    room            what the room offers: ``house.knowledge.<service>``
    model           what both sides know: scopes, categories, addresses, and published articles as readers get them
    article         one article as its editors know it: drafts, versions, languages, and their limits

    editing         what editors do with articles: write, publish, take back, move, schedule, restore, delete
    categories      what editors do with categories
    images          pictures in articles
    article_store   an article's items, and from it alone every item that readers read
    markdown        Markdown to safe HTML
    text_diff       what changed between two texts, line by line

    reading         what readers read: home, categories, articles, within what they may see
    helpful         "Was this helpful?"
    public_list     every public article in one file, for sitemap, feed and llms.txt
    search/         what readers search; its own ``__init__`` has the map
    index_builds    builds the search indexes and the public list after something was published: queue and sweep
    index_state     which build is in use, what it lacks, and where its files lie

Editors write through ``editing``; what they publish is copied into items of its own, which ``reading`` reads and from
which ``index_builds`` builds.
"""

MAX_QUESTION = 200
"""Characters of a search for articles; the field takes no more."""
