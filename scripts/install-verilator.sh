#!/bin/sh
# Installs Verilator 5 and a C++ compiler through apt where they are missing. Without them everything but the Verilator rungs works.
set -u
if command -v verilator >/dev/null 2>&1 && command -v g++ >/dev/null 2>&1 && command -v make >/dev/null 2>&1; then exit 0; fi

missing() {
  echo "bitloom: $1" >&2
  echo "bitloom: install Verilator 5 and g++ by hand (Debian, Ubuntu: apt-get install verilator g++ make); until then its checks are skipped." >&2
  # In continuous integration a skipped check must not pass for a check.
  [ "${CI:-}" = true ] && exit 1
  exit 0
}

command -v apt-get >/dev/null 2>&1 || missing "Verilator is missing, and there is no apt-get to install it with"
as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null && as_root="sudo -n" || missing "Verilator is missing, and installing it needs root"
fi
echo "bitloom: installing Verilator and g++ with apt-get" >&2
$as_root apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq verilator g++ make >&2 \
  || missing "apt-get could not install Verilator"
