#!/usr/bin/env bash
# Runs every check and test, and ends with one line `N passed, N failed`. As root it installs what is missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/steps.sh
source scripts/steps.sh
# shellcheck source=scripts/test-steps.sh
source scripts/test-steps.sh

passed=0 failed=0 skipped=0 is_counted=no
# Lines that tell at the end what failed.
failures=()
# Process ids of what goes on in the background, by name.
declare -A jobs=()

finish() {
  local pid
  for pid in "${jobs[@]}"; do kill "$pid" 2>/dev/null || true; done
  clean_up
  # Stopped before the end: what was to come did not run, which is a failure.
  if [[ $is_counted == no ]]; then failed=$((failed + 1)); print_counts; fi
}

print_counts() {
  is_counted=yes
  local line
  for line in "${failures[@]}"; do complain "$line"; done
  printf '%d passed, %d failed' "$passed" "$failed"
  if [[ $skipped -gt 0 ]]; then printf ', %d skipped' "$skipped"; fi
  printf '\n'
}
trap finish EXIT

# check TITLE COMMAND…: counts as one test.
check() {
  if timed "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) failures+=("failed: $1"); fi
}

# Longest a suite may take, seconds: well above what the slowest needs on two cores. One that hangs must not take
# the others' results with it.
SUITE_LIMIT=1500

# suite PROJECTS [OPTION…]: counts the tests of vitest projects, named with spaces between them; one that could not run
# counts as a failure.
suite() {
  local report=$work/report.json projects=() name counted p f s code=0
  for name in $1; do projects+=(--project "$name"); done
  rm -f "$report"
  timed "tests: $1" timeout --kill-after=10 "$SUITE_LIMIT" npx vitest run "${projects[@]}" "${@:2}" --reporter=default --reporter=json --outputFile.json="$report" || code=$?
  mapfile -t counted < <(node scripts/count-tests.mjs "$report")
  read -r p f s <<<"${counted[0]}"
  # All passed, and still it did not end well: an error that no test caught.
  if [[ $code -ne 0 && $f -eq 0 ]]; then f=1; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  if [[ $f -gt 0 ]]; then failures+=("failed: tests of $1 (exit code $code)" "${counted[@]:1}"); fi
}

# background NAME COMMAND…: begins what is mostly waiting for others' servers, beside what does not need it.
background() {
  "${@:2}" >"$work/$1.log" 2>&1 </dev/null &
  jobs[$1]=$!
}

# foreground NAME: waits for its end, and shows what it has said.
foreground() {
  local code=0
  wait "${jobs[$1]}" || code=$?
  unset "jobs[$1]"
  cat "$work/$1.log"
  return "$code"
}

shell_scripts() { git ls-files --cached --others --exclude-standard -- '*.sh' '.ci/run'; }

lint_shell() {
  local scripts=()
  mapfile -t scripts < <(shell_scripts)
  shellcheck --external-sources "${scripts[@]}"
}

require_node
install_needed
start_docker_if_needed
background machine tests/e2e/systemd/build-image.sh
background runner install_packages container/runner
install_packages .
foreground runner
build_programs

check 'the image of a machine with systemd' foreground machine
background image ./container/build.sh
check 'format and lint (biome)' npx biome check .
check 'who may import whom' node scripts/check-imports.mjs
check 'types (tsc)' npx tsc --noEmit
check 'shell scripts (shellcheck)' lint_shell
suite unit
check "the agents' image" foreground image
# These wait for processes more than they compute.
suite 'integration chaos e2e' --maxWorkers=3

note "all: $SECONDS s"
print_counts
[[ $failed -eq 0 ]]
