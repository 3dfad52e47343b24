"""The editor of themes: the list, settings, files, preview, publishing, history and upgrades."""
