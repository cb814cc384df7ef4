"""Standing ways of asking for ideas: schemes, funds, rounds, questions, rubrics, panels."""
