"""What the watch remembers from one event to the next: counts in windows, orders, first sightings, things left undone.

Everything here is a function of the set of events: in which order they arrive, and how often, changes no finding.
"""
