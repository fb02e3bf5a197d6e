# Sourced by the scripts of this folder: goes to the checkout's root, installs the dependencies when they are missing or
# older than package-lock.json (always in CI), and puts their Node 24 first on PATH.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# Below an npm script, as in tests, the dependencies are there and in use.
if [ -n "${npm_lifecycle_event:-}" ]; then
  :
elif [ -n "${CI:-}" ] || [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  command -v npm >/dev/null || { echo "$0: npm is missing: install Node.js 20 or newer with npm" >&2; exit 1; }
  echo "installing dependencies (npm ci)"
  npm ci --no-progress || { echo "$0: npm ci failed: see above" >&2; exit 1; }
  # npm keeps the old time where it finds nothing to change.
  touch node_modules/.package-lock.json
fi
export PATH="$PWD/node_modules/.bin:$PATH"
case "$(node --version)" in
  v24.*) ;;
  *)
    echo "$0: node is $(node --version), not v24: npm skipped the install script of the package 'node'" \
      "(allowScripts in package.json, --ignore-scripts); run: npm rebuild node" >&2
    exit 1
    ;;
esac
