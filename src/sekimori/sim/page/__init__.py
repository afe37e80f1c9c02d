"""The page on which one can be the secretary, a colleague, or the attacker."""
