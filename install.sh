#!/bin/sh
# Installs tsm, or another version of it in its place. Run it without arguments, or see --help.
#
# Nothing is run or unpacked before its checksum is the one in SHA256SUMS, and the new binary takes
# the place of the old one in one step: what runs, runs on.
set -eu
umask 022

# Where releases lie: URL/latest/download/FILE and URL/download/vVERSION/FILE. Published copies of
# this script have it here: 'deno task release --releases URL' writes it.
releases=

usage() {
  cat <<'END'
Usage: install.sh [FLAGS]

Downloads tsm for this machine, checks it, and installs it: to /usr/local/bin as root, else to
~/.local/bin. Run again, it upgrades: the next tsm command that changes something replaces the
supervisor, and the processes run on.

  --version V     this version instead of the latest
  --dir D         install into D
  --completions   install the completions for bash, zsh and fish too
  --man           install the man page too
  --uninstall     remove what this script installs; what tsm stored stays, and is named
  --help          show this

TSM_DOWNLOAD names a mirror of the releases, as https://mirror.example/tsm/releases
END
}

say() { printf '%s\n' "install.sh: $*"; }
fail() {
  printf '%s\n' "install.sh: $*" >&2
  exit 1
}
misused() {
  printf '%s\n' "install.sh: $*; see --help" >&2
  exit 64
}

# Run by the last line, so that a script that was cut short does nothing.
main() {
  version='' dir='' completions='' man_page='' uninstall=''
  parse_flags "$@"
  find_places
  if [ -n "$uninstall" ]; then
    [ -z "$version$completions$man_page" ] || misused '--uninstall goes with --dir alone'
    uninstall
    return
  fi
  find_target
  find_tools
  make_room
  download
  install_files
  say_what_next
}

parse_flags() {
  while [ $# -gt 0 ]; do
    flag=$1
    shift
    case $flag in
      --version=* | --dir=*)
        set -- "${flag#*=}" "$@"
        flag=${flag%%=*}
        ;;
      --version | --dir) [ $# -gt 0 ] || misused "$flag takes a value" ;;
    esac
    case $flag in
      --version)
        version=${1#v}
        shift
        # It becomes part of an address and of names of files.
        case $version in
          '' | .* | *[!0-9A-Za-z.+-]*) misused "'$version' is no version; example: --version 0.1.0" ;;
        esac
        ;;
      --dir)
        dir=$1
        shift
        [ -n "$dir" ] || misused '--dir takes a directory'
        ;;
      --completions) completions=yes ;;
      --man) man_page=yes ;;
      --uninstall) uninstall=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) misused "'$flag' is not known" ;;
    esac
  done
}

# Where files go, which depends on who this is.
find_places() {
  as_root=''
  if [ "$(id -u)" = 0 ]; then
    as_root=yes
    : "${dir:=/usr/local/bin}"
    share=/usr/local/share
    fish_dir=$share/fish/vendor_completions.d
  else
    [ -n "${HOME:-}" ] || fail 'HOME is not set: nothing says where to install'
    : "${dir:=$HOME/.local/bin}"
    share=${XDG_DATA_HOME:-$HOME/.local/share}
    fish_dir=${XDG_CONFIG_HOME:-$HOME/.config}/fish/completions
  fi
  man_dir=$share/man/man1
  bash_dir=$share/bash-completion/completions
  zsh_dir=$share/zsh/site-functions
  case $dir in
    /*) ;;
    *) dir=$PWD/$dir ;;
  esac
  binary=$dir/tsm
  # A package's file is the package's affair.
  if command -v dpkg >/dev/null && dpkg -S "$binary" >/dev/null 2>&1; then
    fail "$binary belongs to a Debian package: use apt, or another directory (--dir)"
  fi
}

uninstall() {
  [ -e "$binary" ] || [ -L "$binary" ] ||
    fail "there is no $binary to remove; where it was installed with --dir, name that"
  [ -w "$dir" ] || fail "$dir may not be written: run this as who installed tsm there"
  end_supervisors
  for file in "$binary" "$man_dir/tsm.1" "$bash_dir/tsm" "$zsh_dir/_tsm" "$fish_dir/tsm.fish"; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    rm -f "$file"
    say "removed $file"
  done
  # What install.sh has made, where nothing else is in it.
  for made in "$man_dir" "$bash_dir" "${bash_dir%/*}" "$zsh_dir" "${zsh_dir%/*}" "$fish_dir" \
    "${fish_dir%/*}"; do
    rmdir "$made" 2>/dev/null || true
  done
  for unit in /etc/systemd/system/tsm*.service /etc/init.d/tsm*; do
    [ ! -e "$unit" ] || say "$unit stays: take it out of force, and remove it"
  done
  root=${TSM_ROOT:-${HOME:-/root}/.tsm}
  [ ! -d "$root" ] || say "$root stays: the list of processes, their logs and history"
}

# Ends the supervisors that run this binary, or what it was before it was replaced. Those of other
# users are seen by root alone.
end_supervisors() {
  real=$(readlink -f "$binary")
  for exe in /proc/[0-9]*/exe; do
    target=$(readlink "$exe" 2>/dev/null || true)
    [ "$target" = "$real" ] || [ "$target" = "$real (deleted)" ] || continue
    pid=${exe#/proc/}
    pid=${pid%/exe}
    tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qx supervisor || continue
    root=$(readlink "/proc/$pid/cwd" || true)
    kill -TERM "$pid" 2>/dev/null || continue
    waited=0
    while kill -0 "$pid" 2>/dev/null && [ "$waited" -lt 10 ]; do
      sleep 1
      waited=$((waited + 1))
    done
    say "ended the supervisor of $root (pid $pid); what it started runs on, see $root/runtime/pids"
  done
}

# What this machine is, as the names of releases have it.
find_target() {
  [ "$(uname -s)" = Linux ] || fail "tsm runs on Linux, and this is $(uname -s)"
  case $(uname -m) in
    x86_64 | amd64) target=x86_64-linux ;;
    aarch64 | arm64) target=aarch64-linux ;;
    *) fail "there is no tsm for this processor ($(uname -m)), only for x86_64 and aarch64" ;;
  esac
}

find_tools() {
  releases=${TSM_DOWNLOAD:-$releases}
  [ -n "$releases" ] ||
    fail 'this copy does not know where releases lie: take a published one, or set TSM_DOWNLOAD'
  for tool in tar gzip mktemp; do
    command -v "$tool" >/dev/null || fail "'$tool' is needed, and is not installed"
  done
  if command -v sha256sum >/dev/null; then
    sha256() { sha256sum "$1" | cut -d ' ' -f 1; }
  elif command -v openssl >/dev/null; then
    sha256() { openssl dgst -sha256 -r "$1" | cut -d ' ' -f 1; }
  else
    fail "'sha256sum' or 'openssl' is needed, and neither is installed"
  fi
  if command -v curl >/dev/null; then
    # What begins with https stays there, wherever it is sent on to.
    secure=''
    case $releases in https:*) secure='=https' ;; esac
    fetch() { curl -fsSL ${secure:+--proto "$secure"} --retry 3 -o "$2" -- "$1"; }
  elif command -v wget >/dev/null; then
    fetch() { wget -q -O "$2" -- "$1"; }
  else
    fail "'curl' or 'wget' is needed, and neither is installed"
  fi
}

make_room() {
  mkdir -p "$dir" 2>/dev/null || fail "$dir cannot be made: name another directory with --dir"
  [ -w "$dir" ] ||
    fail "$dir may not be written: run this as root, or name another directory with --dir"
  [ ! -d "$binary" ] || fail "$binary is a directory"
  # In the directory where the binary goes, so that it takes its place in one step.
  work=$(mktemp -d "$dir/.tsm-install.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# Leaves what was downloaded, checked and tried in $new; sets $version.
download() {
  from=$releases/latest/download
  [ -z "$version" ] || from=$releases/download/v$version
  sums=$from/SHA256SUMS
  fetch "$sums" "$work/sums" ||
    fail "$sums cannot be fetched${version:+: is there a version $version?}"
  # Its lines are 'CHECKSUM  NAME'. The name of the archive for this machine says the version.
  pattern="^[0-9a-f]{64} [ *]tsm-[0-9A-Za-z.+-]+-$target\\.tar\\.gz\$"
  count=$(grep -cE "$pattern" "$work/sums" || true)
  [ "$count" = 1 ] ||
    fail "$sums has $count checksums of an archive for $target, not one: nothing was installed"
  line=$(grep -E "$pattern" "$work/sums")
  name=${line#* [ *]}
  name=${name%.tar.gz}
  wanted=$version
  version=${name#tsm-}
  version=${version%-"$target"}
  if [ -n "$wanted" ] && [ "$wanted" != "$version" ]; then
    fail "$sums is of version $version, not $wanted: nothing was installed"
  fi

  say "downloading $from/$name.tar.gz"
  fetch "$from/$name.tar.gz" "$work/archive" ||
    fail "$from/$name.tar.gz cannot be fetched: nothing was installed"
  [ "$(sha256 "$work/archive")" = "${line%% *}" ] ||
    fail "$name.tar.gz does not have its checksum (cut short, or changed): nothing was installed"
  # Without -o, root would give the files to the owners that the archive names.
  gzip -dc <"$work/archive" | tar -xof - -C "$work" ||
    fail "$name.tar.gz cannot be unpacked: nothing was installed"
  new=$work/$name
  "$new/tsm" --version >/dev/null ||
    fail 'tsm does not run here (it needs glibc 2.27, libgcc_s and /proc): nothing was installed'
}

install_files() {
  upgrade=''
  [ ! -e "$binary" ] || upgrade=yes
  mv -f "$new/tsm" "$binary"
  say "installed tsm $version as $binary"
  # What was installed with an older version is of that, so it is replaced unasked.
  if [ -n "$man_page" ] || [ -e "$man_dir/tsm.1" ]; then put tsm.1 "$man_dir" tsm.1; fi
  if [ -n "$completions" ] || [ -e "$bash_dir/tsm" ]; then
    put completions/tsm.bash "$bash_dir" tsm
  fi
  if [ -n "$completions" ] || [ -e "$zsh_dir/_tsm" ]; then
    put completions/_tsm "$zsh_dir" _tsm
    [ -n "$as_root" ] || say "for zsh: 'fpath+=($zsh_dir)' in ~/.zshrc, before compinit"
  fi
  if [ -n "$completions" ] || [ -e "$fish_dir/tsm.fish" ]; then
    put completions/tsm.fish "$fish_dir" tsm.fish
  fi
}

# put FILE DIR NAME: copies a file of the archive, so that it takes its place in one step.
put() {
  mkdir -p "$2"
  cp "$new/$1" "$2/.$3.new"
  mv -f "$2/.$3.new" "$2/$3"
  say "installed $2/$3"
}

say_what_next() {
  [ -z "$upgrade" ] ||
    say 'the next tsm command that changes something replaces the supervisor; processes run on'
  case :$PATH: in
    *":$dir:"*)
      found=$(command -v tsm || true)
      [ "$found" = "$binary" ] || say "'tsm' is $found here, which comes first on your PATH"
      ;;
    *) say "$dir is not on your PATH; add it: export PATH=\"$dir:\$PATH\"" ;;
  esac
}

main "$@"
