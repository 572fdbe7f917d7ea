# Short names for the commands in README.md; nothing here does more than they do.
.PHONY: run dev test lint types screenshots bench

run:
	streamlit run app.py

dev:
	pip install -r requirements-dev.txt

test:
	pytest

lint:
	ruff check .
	ruff format --check .

types:
	mypy

screenshots:
	python docs/take_screenshots.py

bench:
	for script in $(shell grep -l __main__ benchmarks/*.py); do \
		python $$script || exit 1; \
	done
