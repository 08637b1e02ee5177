"""The screens of the app: a room a screen, what they share in `ui.shared`, a word's uses in `ui.uses`."""
