/**
 * The shell that becomes the supervisor: `sh -c ENTER_ROOT sh ROOT MODE PROGRAM…`.
 *
 * The command line cannot make the root: it has given up its write permission. The shell can, and
 * starts the supervisor with the root as its working directory, below which that may write. Who
 * happens to start it first leaves nothing of its own behind:
 *
 * - No open file but the first three. A script that did `exec 9>lock; flock 9` would leave its lock
 *   with the supervisor, and who reads from its pipe would wait for ever. dash can name no number
 *   above 9: bash or busybox closes those.
 * - No umask, niceness or limit of open files, which the processes would inherit. 1,024 files is
 *   what programs expect: more is what the setting `nofile` is for.
 *
 * What belongs to somebody else is left to the supervisor, which refuses it: through a link there,
 * root would write anywhere.
 */
export const ENTER_ROOT = `
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
above=
for file in /proc/$$/fd/??*; do
  case \${file##*/} in *[!0-9]*) ;; *) above="$above \${file##*/}>&-" ;; esac
done
umask 022
niceness() { shift 16; niceness=$1; }
IFS= read -r stat </proc/$$/stat && niceness \${stat##*) }
[ "\${niceness:-0}" = 0 ] || renice 0 -p $$ >/dev/null 2>&1
(ulimit -Sn 1024) 2>/dev/null && ulimit -Sn 1024
mkdir -p -m 700 -- "$1" && cd -- "$1" || exit 1
log=runtime/supervisor.log
if [ "$2" = detached ] && [ -O . ] && [ -O runtime ] && [ ! -L runtime ] && [ ! -L "$log" ] &&
  { [ -f "$log" ] || [ ! -e "$log" ]; }
then exec 2>>"$log"; fi
shift 2
if [ -n "$above" ]; then
  if command -v bash >/dev/null; then exec bash -pc "exec$above; exec \\"\\$@\\"" bash "$@"; fi
  if command -v busybox >/dev/null; then exec busybox sh -c "exec$above; exec \\"\\$@\\"" sh "$@"; fi
fi
exec "$@"
`;
