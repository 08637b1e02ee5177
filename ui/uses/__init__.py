"""The word and its sentences, which Word in context, Layers and Mixing share."""
