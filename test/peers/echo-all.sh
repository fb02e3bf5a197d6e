#!/bin/sh
# Prints all that a server gives a command: folder, each argument, HOOK_ variables in their order, files. Arguments steer it:
# `stderr` writes to the error output between two lines, `killed` ends it by a signal, `exit=N` ends it with N.
echo done
pwd -P
code=0
for argument in "$@"; do
  printf '[%s]\n' "$argument"
  case $argument in
    stderr) echo 'to stderr' >&2 && echo 'to stdout' ;;
    killed) kill -9 $$ ;;
    exit=*) code=${argument#exit=} ;;
  esac
done
# Paths of files are random, their contents are not.
grep -az '^HOOK_' "/proc/$$/environ" | grep -avz '^HOOK_[A-Z]*FILE=' | tr '\0' '\n'
for file in "$HOOK_FILE" "$HOOK_GIVENFILE"; do
  if [ -n "$file" ]; then printf 'file:' && cat "$file" && echo; fi
done
exit "$code"
