#!/usr/bin/env bash
# Builds matching-in-c.wasm; README.md says with which programs.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"${WIT_BINDGEN:-wit-bindgen}" c ../../../wit --world stellwerk:matching/matching@0.1.0 --out-dir "$work"
"${CLANG:-clang}" --target=wasm32-unknown-unknown -std=c17 -O2 -Wall \
    -ffreestanding -fno-builtin -nostdlib -isystem include -I "$work" \
    -Wl,--no-entry -Wl,-z,stack-size=65536 -Wl,--strip-debug \
    -o "$work/module.wasm" \
    policy.c memory.c "$work/matching.c" "$work/matching_component_type.o"
"${STELLWERK:-stellwerk}" plugin build "$work/module.wasm" --out matching-in-c.wasm
