# Two commands: `make run` and `make test`. Everything else is for people who change the portal.
PYTHON ?= python3
ARGS ?=
BENCH ?= pages
VENV_PYTHON = .venv/bin/python
LOCK = $(VENV_PYTHON) -m uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	--python-version 3.11 --python-platform x86_64-manylinux_2_28

.DEFAULT_GOAL := help
.PHONY: bench help run test fast faults security shots lock clean

help: ## 列出所有目标
	@$(PYTHON) -c "import re; [print('make %-8s %s' % m) for m in re.findall(r'(?m)^(\w+):.*?## (.*)', open('Makefile', encoding='utf-8').read())]"

run: ## 启动演示门户（可设 PORT=8000、DATA_DIR=var）；Ctrl-C 停止
	@$(PYTHON) -m launcher run

test: ## 全部检查与测试（ARGS="tests/x -k y" 交给 pytest）
	@$(PYTHON) -m launcher test -- $(ARGS)

fast: ## 只运行不慢、不用浏览器的测试
	@$(PYTHON) -m launcher test --only pytest -- -m "not slow and not browser" $(ARGS)

faults: ## 弄坏服务器、工作进程和磁盘，看什么也没有丢（数分钟；ARGS="-k deploy" 只做一部分）
	@$(PYTHON) -m launcher test --only pytest -- tests/faults $(ARGS)

security: ## 量一量：答复的时间差、猜密码能猜几次、一个激活码同时用五十次（约两分钟）
	@$(PYTHON) -m launcher services -- python -m tests.security.figures

shots: ## 给每一页拍照并检查，图册在 var/shots/（ARGS="--only screening" 只拍一部分）
	@$(PYTHON) -m launcher services -- python -m tests.shots $(ARGS)

bench: ## 测量成本（BENCH=pages；ARGS="--cases 500 --no-growth" 快速试跑）
	@DEPLOYMENT=demo $(PYTHON) -m launcher services -- python -m benchmarks.$(BENCH) $(ARGS)

lock: ## 按 requirements*.in 重新锁定依赖（含哈希；Python 3.11 与 3.12 通用）
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

clean: ## 删除 .venv 与各种缓存（不动数据目录 var/）
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
