"""The demonstration: the simulator, a real `sekimori serve` beside it, and the story they play."""
