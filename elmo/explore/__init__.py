"""Analyses of vectors: arrays in, arrays out; numpy at import, heavier libraries inside functions.

Reading order: `similarity` (cosines, pairs, how well they tell labels apart), `bootstrap` (how sure),
`anisotropy` (what two random words get), `senses` (clusters and labels), `minimal_pair`
(one word edited), `projection`, `statistics`, `neighbours` (layers as pictures and figures), `mixing` (layers added up), `separation` (how well a mix tells senses apart).
"""
