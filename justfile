# Tasks of the project; `just` comes with the development dependencies: uv run just --list

# everything that must hold before a change lands: lint, types, tests
test:
    ruff check .
    ruff format --check .
    mypy
    pytest -n 2 --dist loadgroup

# format and mend what can be mended
fix:
    ruff check --fix .
    ruff format .

# write the generated documents anew
docs:
    python -m flows.documents

# the seeded sample market through the whole pipeline
demo:
    winnow run

# seconds, memory and size at a given number of rows, against the floor
bench rows="100000":
    python -m flows.bench sample --rows {{rows}}

# what the gates cost inside a whole run: their share of its processor time
gates rows="100000":
    python -m flows.bench_share --rows {{rows}}

# kill runs at every step and prove that nothing is lost; the long run: just kills 1000 50
kills n="50" each="1":
    python -m flows.kills --kills {{n}} --each {{each}}

# mutated records of every source through split, clean and the row mask: a million takes about ten minutes of one core
fuzz records="10000":
    python -m flows.fuzz --records {{records}}

# precision, recall and F1 against hand-made labels; more: just gold --compare HEAD~5 --by source --errors salary
gold *args:
    python -m flows.bench_gold "${WINNOW_SHARED:?names the folder that holds gold/}/gold" {{args}}

# precision and recall of jobs on records whose jobs are known; more: just matching --erase 0.2 --halves
matching *args:
    python -m flows.bench_matching quality "${WINNOW_SHARED:?names the folder that holds gold/}/gold" {{args}}

# pin what is installed now, without naming any registry
lock:
    python -m flows.lock
