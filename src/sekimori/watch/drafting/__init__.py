"""A rule from an example: what an event means, a selection that finds it, samples that show the rule works."""
