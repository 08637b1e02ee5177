"""Start: a word in eight sentences, layer by layer."""

from ui import page

context = page.begin("ELMo Explorer", "The same word, another vector in every sentence.")
