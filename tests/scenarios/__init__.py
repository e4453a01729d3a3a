"""Long stories: days, crashes, power cuts, monkeys, a lying line, the first start."""
