#!/bin/sh
# What the peer's own tests run: prints its arguments and the HOOK_ variables that the server gave it, in the server's order.
# The variables are read from the kernel, since a shell drops names such as HOOK_a.b and sorts nothing as it was.
if [ $# -gt 0 ]; then printf 'arg: %s\n' "$*"; fi
hook=$(grep -az '^HOOK_' "/proc/$$/environ" | tr '\0' ' ')
if [ -n "$hook" ]; then printf 'env: %s\n' "${hook% }"; fi
case ${1-} in exit=*) exit "${1#exit=}" ;; esac
