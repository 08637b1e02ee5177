"""The word and its sentences, chosen once and used by Word in context, Layers and Mixing."""
