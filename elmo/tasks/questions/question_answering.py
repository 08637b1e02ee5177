"""Question answering by ranking: the sentences of a passage, ranked by their match with the question.

No text is generated or cut out of a sentence. The score of a sentence is a weighted mean over the words of the question:
of the highest cosine of the word with a word of the sentence. Rare words have larger weights.

Source: Zhang et al. 2020, BERTScore, arXiv:1904.09675, eq. 5 (recall with inverse document frequency).
Differs: applied to ELMo's layers, their mixes, and static vectors.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from sklearn.feature_extraction.text import TfidfVectorizer

from elmo.embedder import Elmo
from elmo.explore.bootstrap import bootstrap, mean_of
from elmo.representation import by_name
from elmo.tasks.datasets import Passage
from elmo.tasks.ladder.features import TaskProgress, VectorSource, embed_sentences, silent
from elmo.tasks.ladder.ladder import chosen_rungs, measure_rungs
from elmo.tasks.ladder.results import Ladder, LadderRow, Learned, Settings
from elmo.tasks.ladder.rungs import Rung, all_rungs
from elmo.tasks.questions.answer_mix import Match, Matches
from elmo.tasks.static_vectors import WordVectors
from elmo.tokenizer import tokenize

MEASURES = ("recall at 1", "recall at 3")


@dataclass(frozen=True)
class QuestionSamples:
    """Questions with the matches of their words with those of the passages.

    Attributes:
        passages: the passages.
        group: number of each question's passage.
        matches: match of each question with its passage; see `answer_mix.Match`.
        tfidf: cosine of each question with each sentence of its passage, by TF-IDF.
        model, fingerprint: name of the model, and checksum of its options and weights.
        static_name: source of the static vectors; None without static vectors.
        name: name of the data.
    """

    passages: tuple[Passage, ...]
    group: tuple[int, ...]
    matches: tuple[Match, ...]
    tfidf: tuple[Float[np.ndarray, " sentences"], ...]
    model: str
    fingerprint: str
    static_name: str | None
    name: str = "passages"

    @property
    def n_layers(self) -> int:
        """The number of vectors of a word."""
        return len(self.matches[0].norms_question)


def samples(
    passages: Sequence[Passage],
    elmo: Elmo,
    static: WordVectors | None = None,
    cache: VectorSource | None = None,
    progress: TaskProgress = silent,
    name: str = "passages",
) -> QuestionSamples:
    """Embed passages and questions, and match their words.

    Word frequencies for TF-IDF and for the weights of words are those of all passages without the questions, as a search
    engine has those of its collection.
    """
    sentences = [[tokenize(s).forms for s in passage.sentences] for passage in passages]
    questions = [[tokenize(q.text).forms for q in passage.questions] for passage in passages]
    lower = [[w.lower() for w in s] for passage in sentences for s in passage]
    frequency = Counter(word for sentence in lower for word in set(sentence))
    words = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\S+").fit(
        [" ".join(s) for s in lower]
    )
    flat = [s for passage in sentences for s in passage] + [
        q for passage in questions for q in passage
    ]
    vectors = list(embed_sentences(elmo, flat, cache, progress))
    of_sentences, of_questions = iter(vectors[: len(lower)]), iter(vectors[len(lower) :])
    matches, tfidf, group = [], [], []
    for number, passage in enumerate(passages):
        layers = [next(of_sentences) for _ in passage.sentences]
        bags = words.transform([" ".join(s).lower() for s in sentences[number]])
        for question, tokens in zip(passage.questions, questions[number], strict=True):
            rarity = [np.log((1 + len(lower)) / (1 + frequency[w.lower()])) for w in tokens]
            match = Match.of(next(of_questions), layers, np.array(rarity), question.answer)
            if static is not None:
                match = match.with_static(
                    static.of(tokens), [static.of(s) for s in sentences[number]]
                )
            matches.append(match)
            tfidf.append((bags @ words.transform([" ".join(tokens).lower()]).T).toarray()[:, 0])
            group.append(number)
    return QuestionSamples(
        tuple(passages),
        tuple(group),
        tuple(matches),
        tuple(tfidf),
        elmo.name,
        elmo.fingerprint,
        None if static is None else static.name,
        name,
    )


def run(
    items: QuestionSamples,
    settings: Settings | None = None,
    progress: TaskProgress = silent,
    on_ladder: Callable[[Ladder], None] | None = None,
) -> Ladder:
    """The ladder of the questions: the share of questions whose answering sentence is ranked first, and among the first three.

    The learned mix is trained on the passages outside the test fold; the other rows need no training. Intervals are from
    resamples of passages, as the questions of one passage resemble each other. There is no learning curve.
    """
    settings = settings or Settings()
    has_static = items.matches[0].static is not None
    rungs = chosen_rungs(all_rungs(items.n_layers, has_static, lexical=False), settings)
    hits_of: dict[str, np.ndarray] = {}

    def measure(rung: Rung) -> LadderRow:
        label = "By chance" if rung.content == "majority" else rung.label
        progress(rungs.index(rung) / len(rungs), f"Measuring: {label}")
        row, hits = _measure(rung, items, settings)
        hits_of[rung.content] = hits
        row = replace(row, label=label)
        if "tfidf" not in hits_of or rung.content == "tfidf":
            return row
        over = bootstrap(mean_of(hits - hits_of["tfidf"]), len(hits), items.group)
        return replace(row, over_tfidf=over)

    empty = Ladder(
        "question answering",
        items.name,
        items.model,
        items.fingerprint,
        items.static_name,
        MEASURES[0],
        tuple(q.text for p in items.passages for q in p.questions),
        tuple(p.sentences[q.answer] for p in items.passages for q in p.questions),
        (),
        settings,
    )
    return measure_rungs(empty, rungs, measure, on_ladder)


def hits_at(scores: Float[np.ndarray, " sentences"], answer: int, k: int) -> float:
    """1 if the answer is among the k best sentences, else 0; with ties at rank k the probability of a random order."""
    better = int((scores > scores[answer]).sum())
    tied = int((scores == scores[answer]).sum())
    return float(np.clip((k - better) / tied, 0, 1))


def _measure(
    rung: Rung, items: QuestionSamples, settings: Settings
) -> tuple[LadderRow, np.ndarray]:
    """One row, and the hit at 1 of each question, averaged over seeds."""
    learned: list[Learned] = []
    by_seed = []
    for seed in settings.seeds if rung.content == "learned" else settings.seeds[:1]:
        by_seed.append(_scores(rung, items, settings.n_folds, seed, learned))
    hits = {}
    for k, measure in zip((1, 3), MEASURES, strict=True):
        per_seed = [
            [hits_at(s, m.answer, k) for s, m in zip(scores, items.matches, strict=True)]
            for scores in by_seed
        ]
        hits[measure] = np.array(per_seed)
    first = hits[MEASURES[0]]
    sentences = [items.passages[g].sentences for g in items.group]
    final = None
    if learned:
        final = replace(
            Matches(items.matches).learn(rung.joined), in_folds=[one.normalized for one in learned]
        )
    row = LadderRow(
        rung.name,
        rung.label,
        rung.group,
        {
            m: bootstrap(mean_of(h.mean(axis=0)), len(items.group), items.group)
            for m, h in hits.items()
        },
        first.mean(axis=1).tolist()
        if len(first) > 1
        else [float(first.mean())] * len(settings.seeds),
        predictions=[text[int(s.argmax())] for text, s in zip(sentences, by_seed[0], strict=True)],
        learned=final,
    )
    return row, first.mean(axis=0)


def _scores(
    rung: Rung, items: QuestionSamples, n_folds: int, seed: int, learned: list[Learned]
) -> list[np.ndarray]:
    """The score of each sentence, for each question; the mixes learned on the folds are added to `learned`."""
    content = rung.content
    if content == "majority":
        return [np.zeros(match.n_sentences) for match in items.matches]
    if content == "tfidf":
        return list(items.tfidf)
    if content == "static":
        return Matches(items.matches).static_scores()
    n = items.n_layers
    if content != "learned":
        weights = np.array(by_name(content, n).weights)
        return Matches(items.matches).scores(weights, rung.joined)
    fold_of = np.random.default_rng(seed).permutation(len(items.passages)) % n_folds
    folds = fold_of[list(items.group)]
    scores: list[np.ndarray] = [np.empty(0)] * len(items.matches)
    for fold in range(n_folds):
        mix = Matches([m for m, f in zip(items.matches, folds, strict=True) if f != fold]).learn(
            rung.joined
        )
        learned.append(mix)
        test = np.flatnonzero(folds == fold)
        tested = Matches([items.matches[i] for i in test])
        for i, row in zip(test, tested.scores(np.array(mix.normalized), rung.joined), strict=True):
            scores[i] = row
    return scores
