#!/usr/bin/env bash
# Prints the path of a virtual environment with training/requirements.txt, made once outside the repository (about 5.5 GB, one to three
# minutes) and kept by the hash of that file.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
hash=$(sha256sum "$here/requirements.txt" | cut -c1-12)
target=${XDG_CACHE_HOME:-$HOME/.cache}/versusq/venv-$hash
if [ ! -f "$target/.ready" ]; then
  if ! python3 -c 'import ensurepip' 2>/dev/null; then
    [ "$(id -u)" = 0 ] || { echo "python3-venv is missing: sudo apt-get install python3-venv" >&2; exit 3; }
    apt-get -o DPkg::Lock::Timeout=300 update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends python3-venv >&2
  fi
  rm -rf "$target"
  python3 -m venv "$target" >&2
  "$target/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
  touch "$target/.ready"
fi
echo "$target"
