"""The app: a package for each screen; `ui.shared` for all screens, `ui.uses` for those about a word's uses."""
