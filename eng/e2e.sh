#!/usr/bin/env bash
# Drives every sample through a running host's HTTP API and fails unless each completes with all its images.
#   eng/e2e.sh http://localhost:7071 USER
set -euo pipefail
cd "$(dirname "$0")/.."
base="$1"
user="$2"

for sample in samples/*.json; do
  name="$(basename "$sample" .json)"
  body="$(jq -n --arg user "$user" --arg name "$name" --slurpfile scenario "$sample" \
    '{short_id: $name, user_id: $user, scenario: $scenario[0]}')"
  task="$(curl -sS --fail-with-body "$base/scenario/save" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $name" -d "$body" | jq -r .task_id)"
  again="$(curl -sS --fail-with-body "$base/scenario/save" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $name" -d "$body" | jq -r .task_id)"
  [ "$task" = "$again" ] || { echo "$name: the same key led to another task" >&2; exit 1; }

  for _ in $(seq 300); do
    answer="$(curl -sS --fail-with-body "$base/scenario/save/tasks/$task")"
    case "$(jq -r .status <<<"$answer")" in completed | failed | cancelled) break ;; esac
    sleep 1
  done

  scenes="$(jq '.scenes | length' "$sample")"
  images="$(jq '[.scenes[] | select(.status == "completed")] | length' <<<"$answer")"
  if [ "$(jq -r .status <<<"$answer")" != completed ] || [ "$images" -ne $((scenes - 1)) ]; then
    jq . <<<"$answer" >&2
    echo "$name: $images images of $((scenes - 1))" >&2
    exit 1
  fi

  for url in $(jq -r '.scenes[].image_url // empty' <<<"$answer"); do
    curl -sS --fail -o /dev/null "$url"
  done
  echo "$name: completed with $images images"
done

curl -sS --fail-with-body "$base/scenario/save/tasks?limit=2" | jq -e '.tasks | length == 2' >/dev/null
curl -sS --fail-with-body "$base/health" | jq -c .
