#!/usr/bin/env bash
# The conformance gate: exit status 0 only if the service keeps the contract, conventions
# included, and if all that --require names was seen. Left out there: listing/scope, for this
# service has one region, and pagination/default-page-bound, which takes --budget standard.
set -euo pipefail
cd "$(dirname "$0")"

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
export JOBS_DATABASE="$scratch/jobs.db" # not the one in use: the seeder empties it

listjobs-conformance run asgi:backend:app --seeder seeder:seed --strict --budget quick \
    --require listing/complete --require 'filter/*' --require 'error/*' --require 'summary/*' \
    --require 'protocol/*' --require 'pagination/*' --skip pagination/default-page-bound "$@"
