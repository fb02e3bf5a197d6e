#!/usr/bin/env bash
# Cleans up after a control plane, also one whose owner was killed: reads +PID and -PID from a pipe that only the owner
# holds; when the pipe ends it kills what still runs, newest first (the API server before etcd), and removes the folder $1.
set -u
trap '' HUP INT TERM
running=()
while read -r line; do
  pid=${line#?}
  case $line in
    +*) running=("$pid" "${running[@]}") ;;
    -*)
      rest=()
      for other in "${running[@]}"; do [ "$other" = "$pid" ] || rest+=("$other"); done
      running=("${rest[@]}")
      ;;
  esac
done
for pid in "${running[@]}"; do kill -KILL "$pid" 2>/dev/null; done
for pid in "${running[@]}"; do
  for _ in {1..50}; do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
done
rm -rf -- "$1"
