import type { Completable, CompletableFlag, Place } from "./completable.ts";

/**
 * Makes the completion script for zsh, on top of its `_arguments`. It starts no tsm:
 * names of processes are those of their directories.
 */
export function zshCompletion(commands: readonly Completable[]): string {
  return `#compdef tsm
# Completion of tsm in zsh, made by 'tsm completion zsh'.

# The words of its first argument, then what the shell finds itself.
_tsm_any() {
  local -a own=(\${=1})
  local source root=\${opt_args[--root]:-\${_tsm_root:-\${TSM_ROOT:-$HOME/.tsm}}}
  shift
  (( $#own )) && compadd -a own
  for source; do
    case $source in
    processes)
      local -a names=(\${~root}/runtime/processes/[A-Za-z0-9]*(/N:t))
      compadd -a names
      ;;
    programs) _command_names -e ;;
    files) _files ;;
    directories) _directories ;;
    esac
  done
}

_tsm_commands() {
  local -a names=(
${commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}\n`).join("")}  )
  _describe command names
}

_tsm() {
  local curcontext=$curcontext state line _tsm_root=''
  typeset -A opt_args
  _arguments -C -A '-*' \\
    '--root=[use this root instead of $TSM_ROOT or ~/.tsm]:DIR:_directories' \\
    '*--host=[run the command on this machine over ssh]:HOST:_hosts' \\
    '(-h --help)'{-h,--help}'[show help]' \\
    '(-v --version)'{-v,--version}'[show the version]' \\
    '1: :_tsm_commands' \\
    '*:: :->words' && return
  [[ $state == words ]] || return
  _tsm_root=\${opt_args[--root]}
  opt_args=()
  case $words[1] in
${commands.map(commandCase).join("")}  esac
}

# Loaded by compinit from a file, or by 'source'.
if [[ $funcstack[1] == _tsm ]]; then _tsm "$@"; else compdef _tsm tsm; fi
`;
}

function commandCase({ name, aliases, flags, first, rest }: Completable): string {
  const specs = [
    ...flags.flatMap(flagSpecs),
    `1: :${action(first)}`,
    `*: :${action(rest)}`,
  ];
  return `  ${[name, ...aliases].join("|")})
    _arguments -s ${specs.map((spec) => `\\\n      ${quote(spec)}`).join(" ")}
    ;;
`;
}

function flagSpecs(flag: CompletableFlag): string[] {
  const { name, short, value, optional, repeat, help, place } = flag;
  const spellings = [...short ? [`-${short}`] : [], `--${name}`];
  const before = repeat ? "*" : spellings.length > 1 ? `(${spellings.join(" ")})` : "";
  const shown = help.replace(/[[\]\\]/g, "\\$&");
  return spellings.map((spelling) => {
    if (value === undefined) return `${before}${spelling}[${shown}]`;
    const isLong = spelling.startsWith("--");
    const equals = !isLong ? "" : optional === undefined ? "=" : "=-";
    const colon = optional === undefined ? ":" : "::";
    return `${before}${spelling}${equals}[${shown}]${colon}${escape(value)}:${action(place)}`;
  });
}

function action({ words, sources }: Place): string {
  // The blank in front makes zsh run it as it is; without it _arguments would add arguments of its
  // own.
  return ` _tsm_any "${words.join(" ")}" ${sources.join(" ")}`.trimEnd();
}

function escape(text: string): string {
  return text.replace(/[:\\]/g, "\\$&");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
