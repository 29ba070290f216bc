#!/bin/sh
# Compiles the contracts with the pinned compilers from npm and writes their artifacts; --check only compares.
set -e
cd "$(dirname "$0")/solidity"
if [ ! -e node_modules/.package-lock.json ] || ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --ignore-scripts --no-audit --no-fund
  cp package-lock.json node_modules/.installed-lock
fi
exec node compile.mjs "$@"
