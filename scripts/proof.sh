#!/usr/bin/env bash
# Everything that takes long: full kill sweeps, whole chaos runs, simulated days, drills. Ends with one table of
# figures and times, and not with 0 when something failed. Hours are fine.
#   npm run proof               all of it
#   npm run proof -- chaos sim  only these
# CHAOS_SEEDS="7 8" takes other seeds than 1 to 3; SIM_SEEDS=1000 fewer days.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/steps.sh
source scripts/steps.sh
# shellcheck source=scripts/test-steps.sh
source scripts/test-steps.sh

# Longest a part may take, seconds: several times what it needs on two cores.
PART_LIMIT=14400

rows=() is_well=yes
trap clean_up EXIT

only=("$@")
is_wanted() {
  local name
  [[ ${#only[@]} -eq 0 ]] && return
  for name in "${only[@]}"; do [[ $name == "$1" ]] && return; done
  return 1
}

# logged FILE COMMAND…: its output also goes into the file.
logged() {
  local file=$1
  shift
  "$@" 2>&1 | tee "$file"
}

# part NAME TITLE PATTERN COMMAND…: runs it, and keeps for the table the lines of its output that match the pattern.
part() {
  local name=$1 title=$2 pattern=$3 start=$SECONDS log verdict=ok
  shift 3
  is_wanted "$name" || return 0
  log=$work/${#rows[@]}.log
  timed "$title" logged "$log" timeout --kill-after=10 "$PART_LIMIT" "$@" || verdict=failed
  [[ $verdict == ok ]] || is_well=no
  rows+=("$verdict"$'\t'"$((SECONDS - start)) s"$'\t'"$title"$'\t'"$(grep -oE "$pattern" "$log" || true)")
}

# missing NAME TITLE WHY: a part that this build does not have.
missing() {
  is_wanted "$1" || return 0
  rows+=("not run"$'\t'-$'\t'"$2"$'\t'"$3")
}

print_table() {
  local row verdict took title figures
  step 'Proof'
  for row in "${rows[@]}"; do
    # The figures may be several lines, so the rest of the row is theirs.
    IFS=$'\t' read -r verdict took title _ <<<"${row%%$'\n'*}"
    figures=${row#*$'\t'*$'\t'*$'\t'}
    printf '%-8s %8s  %s\n' "$verdict" "$took" "$title"
    if [[ -n $figures ]]; then printf '%s\n' "$figures" | sed 's/^/                    /'; fi
  done
}

chaos() { NANOCLAW_PROOF=full NANOCLAW_SEED=$1 npx vitest run --project chaos; }
sweep() { NANOCLAW_PROOF=full npx vitest run --project e2e tests/e2e/kill-sweep.test.ts; }
doctor() {
  NANOCLAW_PROOF=full npx vitest run --project integration tests/integration/doctor &&
    NANOCLAW_PROOF=full npx vitest run --project unit recovery/emergency/trial/rollback.test.ts
}
# Two builds of the agents' image that share nothing must have the same layers.
image() {
  local n layers=()
  for n in 1 2; do
    CONTAINER_IMAGE=nanoclaw-proof:$n ./container/build.sh --no-cache || return
    layers+=("$(docker image inspect --format '{{json .RootFS.Layers}}' "nanoclaw-proof:$n")")
  done
  docker image rm nanoclaw-proof:1 nanoclaw-proof:2 >/dev/null
  if [[ ${layers[0]} == "${layers[1]}" ]]; then echo 'image: built twice, the same layers'; return; fi
  echo "image: built twice, and the layers differ: ${layers[*]}"
  return 1
}
export -f chaos sweep doctor image

require_node
install_needed
start_docker_if_needed
install_packages .
install_packages container/runner
build_programs

if is_wanted sweep; then quietly ./container/build.sh; fi
part sweep 'kill sweep, every step and 200 random instants' 'kill sweep.*' bash -c sweep
part image "the agents' image, built twice from nothing" 'image: .*' bash -c image
for seed in ${CHAOS_SEEDS:-1 2 3}; do
  part chaos "chaos, seed $seed" 'chaos, seed .*' bash -c "chaos $seed"
done
if [[ -f dist/proof-sim.js ]]; then
  part sim 'simulated days' '[0-9]+ simulated days.*' node dist/proof-sim.js --seeds "${SIM_SEEDS:-10000}"
else
  missing sim 'simulated days' 'there is no dist/proof-sim.js'
fi
part hour 'a healthy hour' '(healthy|soak): .*' node dist/soak/main.js --hours 1 --healthy
part doctor 'the emergency session: cures, useless ones, attacks' 'doctor: .*' bash -c doctor
if node dist/cli.js --help | grep -qE '^ +drill'; then
  part drills 'drills' '[0-9]+ drills.*' node dist/cli.js drill --all --manager both
else
  missing drills 'drills' 'nanoclaw has no command "drill"'
fi

print_table
note "all: $SECONDS s"
[[ $is_well == yes ]]
