"""Terms of the screens, each with its meaning and the page that shows it; the search box finds them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Term:
    """A term.

    Attributes:
        names: the term, then other names of the same.
        meaning: one sentence.
        page: name of the screen that shows it, as in `ui.shared.screens`.
        params: what the page is opened with.
    """

    names: tuple[str, ...]
    meaning: str
    page: str
    params: dict[str, str] = field(default_factory=dict)


_WORDS = {"lm_part": "words"}

GLOSSARY = (
    Term(
        ("token layer", "layer 0", "context-free layer"),
        "The word's vector from its letters alone, the same in every sentence.",
        "how",
    ),
    Term(
        ("layer", "layer 1", "layer 2", "LSTM layer"),
        "The output of an LSTM layer, its forward and backward halves joined.",
        "layers",
    ),
    Term(
        ("representation",),
        "What a word's vector is taken from: a layer, a mix, the halves, the words around it.",
        "word",
    ),
    Term(("equal mix",), "The mean of all layers.", "mixing"),
    Term(("scalar weights", "raw weights"), "The weights of a mix before the softmax.", "mixing"),
    Term(
        ("normalized weights", "softmax of the weights"),
        "The weights of a mix after the softmax; their sum is 1.",
        "mixing",
    ),
    Term(
        ("γ", "gamma"),
        "The scale of a mix: it changes the lengths of vectors and no cosine.",
        "mixing",
    ),
    Term(
        ("layer norm",),
        "Each vector less its mean, over its standard deviation, before the layers are mixed.",
        "mixing",
    ),
    Term(
        ("cosine", "cosine similarity", "similarity"),
        "How alike the directions of two vectors are: 1 is the same direction, 0 is none in common.",
        "word",
    ),
    Term(
        ("anisotropy", "anisotropy baseline", "random words"),
        "The mean cosine of random words: a similarity that is not above it says nothing.",
        "word",
    ),
    Term(
        ("pair AUC", "AUC", "separation"),
        "How often a pair of uses with one sense is more alike than a pair with two; .5 is chance.",
        "word",
    ),
    Term(
        ("self-similarity",),
        "The mean cosine between the uses of one word; the lower, the more the context changes it.",
        "layers",
    ),
    Term(
        ("intra-sentence similarity",),
        "The mean cosine between a sentence's words and their mean.",
        "layers",
    ),
    Term(
        ("maximum explainable variance",),
        "How much of the variance of a word's vectors one fixed vector could stand for.",
        "layers",
    ),
    Term(
        ("true neighbours", "trustworthiness", "neighbours kept"),
        "How many of the nearest vectors are also nearest on the map: how far to trust it.",
        "layers",
    ),
    Term(
        ("silhouette",),
        "How much nearer a use lies to its own group than to the next one, from -1 to 1.",
        "word",
    ),
    Term(
        ("bootstrap", "interval", "confidence interval"),
        "Sentences are drawn again with replacement; the interval holds 95 % of the figures.",
        "word",
    ),
    Term(
        ("permutation test", "p-value", "shuffled senses"),
        "How often shuffled labels do as well: the chance of such a result without any sense.",
        "word",
    ),
    Term(("concordance", "KWIC"), "Sentences with the word in the middle, one a line.", "word"),
    Term(
        ("PCA", "principal components"),
        "The two axes along which the vectors differ most.",
        "layers",
    ),
    Term(
        ("UMAP",),
        "A map that keeps near neighbours near; distances between groups mean little.",
        "layers",
        {"layers_method": "UMAP"},
    ),
    Term(
        ("APD",),
        "The mean cosine distance between a use in the old texts and one in the new.",
        "change",
    ),
    Term(("PRT",), "The cosine distance between the mean vectors of both sets of texts.", "change"),
    Term(("JSD",), "How different the shares of the groups are in both sets of texts.", "change"),
    Term(
        ("perplexity",),
        "Among how many equally likely words the model is left to guess, on average.",
        "language_model",
        {"lm_part": "train"},
    ),
    Term(
        ("surprisal",),
        "Minus the logarithm of the probability that the model gave a word.",
        "language_model",
    ),
    Term(
        ("character CNN", "filters"),
        "Filters that look for runs of letters; layer 0 is made from them.",
        "how",
    ),
    Term(("highway",), "A gate that lets a part of the letters' vector through as it is.", "how"),
    Term(
        ("unknown words", "share closed"),
        "How much nearer a typo comes to the word that was meant than a random word.",
        "language_model",
        _WORDS,
    ),
    Term(
        ("carried state",),
        "LSTM states handed from one sentence to the next; off everywhere else.",
        "language_model",
        {"lm_part": "state"},
    ),
)
