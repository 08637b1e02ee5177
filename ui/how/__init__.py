"""How it works: one sentence walks through the model, step by step."""
