#!/usr/bin/env bash
# Creates .venv with Python 3.10 and installs exactly what requirements/lock.txt pins. Called by make.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "==> $*" >&2; }

create_venv() {
  rm -rf .venv
  if command -v uv >/dev/null 2>&1 && uv venv --quiet --python 3.10 .venv; then
    return
  fi
  local candidate
  for candidate in python3.10 python3 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; then
      if "$candidate" -m venv .venv; then return; fi
      rm -rf .venv  # a Python without its venv module leaves half of one
    fi
  done
  if command -v pyenv >/dev/null 2>&1; then
    pyenv install --skip-existing 3.10
    "$(pyenv prefix "$(pyenv latest 3.10)")/bin/python" -m venv .venv
    return
  fi
  say "Python 3.10 is needed and was not found. Install python3.10 (with its venv module), uv or pyenv, and run this again."
  exit 1
}

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; then
  say "Creating .venv with Python 3.10"
  create_venv
fi

if command -v uv >/dev/null 2>&1; then
  UV=uv
else
  [ -x .venv/bin/uv ] || { say "Installing uv, which installs the rest"; .venv/bin/python -m pip install --quiet "uv==0.13.9"; }
  UV=.venv/bin/uv
fi

say "Installing the locked packages (2.6 GB the first time: some minutes on a slow line)"
# The lock is complete, so nothing is resolved again; the lines left out of it on purpose stay out.
"$UV" pip install --python .venv/bin/python --no-deps --require-hashes -r requirements/lock.txt
"$UV" pip install --python .venv/bin/python --quiet --no-deps --no-build-isolation --editable .
