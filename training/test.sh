#!/usr/bin/env bash
# Tests of the training code, in an environment of their own (environment.sh).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
venv=$(bash "$here/environment.sh")
cd "$here"
OMP_WAIT_POLICY=passive exec "$venv/bin/python" -m pytest "$@"
