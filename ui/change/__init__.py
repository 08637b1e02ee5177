"""Change: is a word used differently in two sets of texts?"""
