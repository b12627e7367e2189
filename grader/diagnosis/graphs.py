from grader.diagnosis.words import Words

GRAPHS: dict[str, Words] = {}
