PYTHON ?= python3
STAMP := .venv/.stamp
# A suite of many processes: none of them may compile again what another has compiled.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup run test check format browser faults kills accuracy alerts-audit zone-lives benchmarks soak request-plan startup matching pictures-cost gallery lock

$(STAMP): requirements.lock
	sh .ci/setup-venv $(PYTHON)
	@echo "compiling the estimator's kernel, once"
	.venv/bin/python -c "from bot.jobs.tasks import warm_up_model; warm_up_model()"
	touch $(STAMP)

setup: $(STAMP)

run: $(STAMP)
	.venv/bin/python -m bot start $(ARGS)

test: $(STAMP)
	.venv/bin/python -m pytest -q -p tests.suite -n 4 --dist loadfile --no-loadscope-reorder -m "not browser and not faults" $(ARGS)

check: $(STAMP)
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: $(STAMP)
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

browser: $(STAMP)
	.venv/bin/python -m pytest -q -p tests.suite -n 2 --dist loadfile -m browser $(ARGS)

faults: $(STAMP)
	.venv/bin/python -m pytest -q -p tests.suite -n 3 -m faults tests/jobs/test_fault_matrix.py $(ARGS)

kills: $(STAMP)
	PYTHONPATH=.:tests .venv/bin/python tests/delivery/crash_loop.py --rows 10000 --kills 200 --hurry 2
	PYTHONPATH=.:tests .venv/bin/python tests/delivery/crash_loop.py --rows 10000 --kills 200 --hurry 2 --postgres

accuracy: $(STAMP)
	sh .ci/score-maps ../shared

alerts-audit: $(STAMP)
	sh .ci/audit-alerts ../shared

zone-lives: $(STAMP)
	PYTHONPATH=. .venv/bin/python benchmarks/zone_lives.py $(addprefix ../shared/recordings/,simulated-1 simulated-2 simulated-3 simulated-4 majors-5m-development)

benchmarks: $(STAMP)
	PYTHONPATH=.:benchmarks .venv/bin/python benchmarks/estimator.py

soak: $(STAMP)
	PYTHONPATH=.:benchmarks .venv/bin/python benchmarks/soak.py $(ARGS)

request-plan: $(STAMP)
	PYTHONPATH=.:benchmarks .venv/bin/python benchmarks/request_plan.py $(ARGS)

startup: $(STAMP)
	PYTHONPATH=.:benchmarks .venv/bin/python benchmarks/startup.py $(ARGS)

matching: $(STAMP)
	PYTHONPATH=.:benchmarks .venv/bin/python benchmarks/matching.py $(ARGS)

pictures-cost: $(STAMP)
	PYTHONPATH=.:benchmarks .venv/bin/python benchmarks/pictures.py $(ARGS)

gallery: $(STAMP)
	PYTHONPATH=.:benchmarks .venv/bin/python benchmarks/gallery.py ../shared/recordings $(ARGS)

lock:
	.tools/bin/uv pip compile --universal --python-version 3.11 --group dev --no-header --no-annotate \
	  --no-emit-index-url pyproject.toml -o requirements.lock
