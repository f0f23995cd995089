#!/bin/sh
# Revokes the sign-in sessions of people with CLI for Microsoft 365. 7 people in all waves.
# Made by kmsift 0.1.0, judged as of 2026-11-22T00:00:00Z, valid until 2026-11-29T00:00:00Z.
#
#   m365 login
#   sh revoke-m365.sh                 # says what it would do, does nothing
#   sh revoke-m365.sh --execute       # revokes
#
# Revoking ends every session everywhere, connectors and background flows of the person included.
# Never run a list twice: it would sign out people who have just registered. The log tells who is done.
#
# Names are data, in single quotes so that nothing in them expands, whatever it looks like:
# shellcheck disable=SC1003,SC1112,SC2016
set -u

execute=no wave=1 tenants='5f2c7a10-6d3e-4b8f-9a41-c0ffee0b1990' edited=no pause=1
folder=$(dirname -- "$0")
log=$folder/revoke-log.csv

refuse() {
  printf '%s: refused: %s\n' "$0" "$1" >&2
  exit 3
}

usage() {
  printf '%s\n' "usage: sh $0 [--execute] [--wave N] [--tenant ID] [--log FILE] [--pause SECONDS] [--allow-edited]" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --execute) execute=yes ;;
    --allow-edited) edited=yes ;;
    --wave | --tenant | --log | --pause)
      [ $# -gt 1 ] || usage
      case $1 in
        --wave) wave=$2 ;;
        --tenant) tenants=$2 ;;
        --log) log=$2 ;;
        --pause) pause=$2 ;;
      esac
      shift
      ;;
    *) usage ;;
  esac
  shift
done
case $wave in '' | *[!0-9]*) usage ;; esac
case $pause in '' | *[!0-9]*) usage ;; esac

now=$(date -u +%Y%m%d%H%M%S)
case $now in '' | *[!0-9]*) refuse 'the clock cannot be read' ;; esac
[ "$now" -le 20261129000000 ] ||
  refuse 'this list was valid until 2026-11-29T00:00:00Z. Make a new one: people may have registered since.'

if [ "$edited" = no ]; then
  manifest=$folder/manifest.json
  [ -f "$manifest" ] || manifest=$folder/../manifest.json
  [ -f "$manifest" ] ||
    refuse 'there is no manifest.json beside this script or above it, so it cannot be told whether the list was edited. --allow-edited goes on without it.'
  sum=$(sha256sum < "$0" 2> /dev/null || shasum -a 256 < "$0" 2> /dev/null || openssl dgst -sha256 -r < "$0" 2> /dev/null)
  sum=${sum%% *}
  [ "${#sum}" -eq 64 ] || refuse 'none of sha256sum, shasum and openssl is there to tell whether the list was edited'
  grep -q -F "\"$sum\"" "$manifest" ||
    refuse "this script is not the one that $manifest lists: it was edited, or the two are of different runs. --allow-edited goes on all the same."
fi

connected_tenant() {
  m365 tenant id get --output text
}

revoke() { # ID
  m365 entra user session revoke --userId "$1" --force
}

lower() {
  printf '%s' "$1" | tr -d '"\r\n' | tr '[:upper:]' '[:lower:]'
}

if [ "$execute" = yes ]; then
  command -v m365 > /dev/null 2>&1 || refuse 'm365 is not there. Install CLI for Microsoft 365 and sign in: m365 login'
  if [ -z "$tenants" ]; then
    printf '%s\n' 'The inputs of this list do not tell their tenant. Give --tenant ID to have the connection checked.' >&2
  else
    connected=$(lower "$(connected_tenant < /dev/null 2> /dev/null)")
    case " $(lower "$tenants") " in
      *" ${connected:-none} "*) ;;
      *) refuse "this list is of tenant $tenants, and the connection is to '$connected'. m365 login" ;;
    esac
  fi
  : >> "$log" || refuse "the log $log cannot be written"
fi

record() { # ID RESULT DETAIL
  [ -s "$log" ] || printf '"Time","Id","Result","Detail"\n' >> "$log"
  detail=$(printf '%s' "$3" | tr '"\r\n' "'  ")
  printf '"%s","%s","%s","%s"\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$2" "$detail" >> "$log"
}

selected=0 revoked=0 failed=0 passed=0

person() { # WAVE ID NAME
  [ "$1" = "$wave" ] || return 0
  selected=$((selected + 1))
  if [ "$execute" = no ]; then
    printf 'would revoke the sessions of %s (%s)\n' "$3" "$2"
    return 0
  fi
  if grep -q -F "\"$2\",\"revoked\"" "$log"; then
    passed=$((passed + 1))
    return 0
  fi
  attempt=1
  while ! answer=$(revoke "$2" < /dev/null 2>&1); do
    case $answer in
      *' 429'* | *'(429'* | *'oo many requests'* | *'oo Many Requests'* | *TooManyRequests* | *hrottl*) throttled=yes ;;
      *) throttled=no ;;
    esac
    if [ "$throttled" = no ] || [ "$attempt" -eq 6 ]; then
      record "$2" failed "$answer"
      printf '%s (%s): %s\n' "$3" "$2" "$answer" >&2
      failed=$((failed + 1))
      return 0
    fi
    after=$(printf '%s\n' "$answer" | sed -n "s/.*[Rr]etry-[Aa]fter[\"':= ]*\([0-9][0-9]*\).*/\1/p" | head -n 1)
    sleep "${after:-$((1 << attempt))}"
    attempt=$((attempt + 1))
  done
  record "$2" revoked ''
  revoked=$((revoked + 1))
  sleep "$pause"
}

person 1 '090e9b56-d93d-49e0-ad06-0cb6902fe18c' 'tyrell.elderkin@centralperk.org'
person 1 '1da8de6e-2fdb-4999-b7fa-432072d720b7' 'quentin.merriwick@centralperk.org'
person 1 '2387a062-6ae2-4196-acdf-cf561682e2c0' 'freya.hollinsby@centralperk.org'
person 1 '2509e9a2-a0e8-4bb0-98ab-75c33831e93f' 'emeka.zandstra@centralperk.org'
person 1 '5e27b67f-a1a7-471b-9e3c-fa2fa9239b02' 'Marcela.Goosewell@centralperk.org'
person 1 'b892c642-0ba5-468b-9ade-f1caab1785e7' 'tyrell.foxglove@centralperk.org'
person 1 'd2a57c15-6a6f-4a06-b700-3917e57b5f45' 'Umberto.Ironside@centralperk.org'

if [ "$execute" = no ]; then
  printf '%s\n' "Dry run: $selected people in wave $wave, nothing done. --execute revokes."
else
  printf '%s\n' "Wave $wave: $selected people, $revoked revoked, $passed done before, $failed failed. Log: $log"
fi
[ "$failed" -eq 0 ]
