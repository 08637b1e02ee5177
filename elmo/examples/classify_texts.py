"""Classify texts with ELMo and scikit-learn, and compare with TF-IDF: `python elmo/examples/classify_texts.py`.

The texts are requests, complaints, reports and advice. `read_texts("mine.csv")` reads a CSV file of your own with the
columns text and label.
"""

import sys
from typing import Literal

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from elmo import ElmoVectorizer
from elmo.tasks.datasets import read_texts


def main(model: str = "bundled") -> None:
    """Print the accuracy of TF-IDF, of the context-free layer, and of the equal mix."""
    data = read_texts("intent")
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    rows = {
        "TF-IDF": make_pipeline(
            TfidfVectorizer(sublinear_tf=True), LogisticRegression(max_iter=1000)
        ),
        "ELMo, layer 0": elmo_classifier(model, 0),
        "ELMo, equal mix": elmo_classifier(model, "mean"),
    }
    for name, classifier in rows.items():
        accuracy = cross_val_score(classifier, data.texts, data.labels, cv=folds)
        print(
            f"{name:16} accuracy {accuracy.mean():.3f}  (folds: {accuracy.min():.3f} to {accuracy.max():.3f})"
        )


def elmo_classifier(model: str, layers: Literal["mean"] | int):
    """A pipeline of ELMo's vectors, the scaling of each dimension, and logistic regression."""
    return make_pipeline(
        ElmoVectorizer(model, layers=layers),
        StandardScaler(),
        LogisticRegression(C=0.01, max_iter=1000),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
