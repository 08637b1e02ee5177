"""One set of linked pictures of a word's uses, for the app, a notebook and a single file.

`sentences` says in words what a picture shows.
"""
