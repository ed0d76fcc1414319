import { EARLY_FLAGS } from "../parse/early_flags.ts";
import { spellings } from "../parse/flag.ts";
import { type Completable, type Place, takesWord } from "./completable.ts";

/**
 * Makes the completion script for bash. It starts no tsm: names of processes are
 * those of their directories.
 */
export function bashCompletion(commands: readonly Completable[]): string {
  return `# Completion of tsm in bash, made by 'tsm completion bash'.
_tsm() {
  local cur=\${COMP_WORDS[COMP_CWORD]} root=\${TSM_ROOT:-$HOME/.tsm}
  local command='' flag='' ended='' position=0 words='' sources='' i word path
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == = ]]; then
      flag=\${flag:-\${COMP_WORDS[i - 1]}}
      continue
    elif [[ -n $flag ]]; then
      [[ $flag == --root ]] && root=\${word/#\\~\\//$HOME/}
      flag=''
      continue
    elif [[ -n $ended || $word != -* ]]; then
      if [[ -n $command ]]; then
        position=$((position + 1))
      else
        case $word in
${aliasCases(commands)}        *) command=$word ;;
        esac
      fi
      continue
    fi
    case "$command $word" in
    *' --') ended=1 ;;
    ${valuedFlags(commands).map(quote).join(" | ")} | *' --root' | ' --host') flag=$word ;;
    esac
  done
  if [[ $cur == = ]]; then
    flag=\${flag:-\${COMP_WORDS[COMP_CWORD - 1]}}
    cur=''
  fi
  if [[ -n $flag ]]; then
    case "$command $flag" in
    *' --root') sources=directories ;;
    ' --host') sources=machines ;;
${valueCases(commands)}    esac
  elif [[ -z $ended && $cur == -* ]]; then
    case $command in
    '') words=${quote(EARLY_FLAGS.map(({ name }) => `--${name}`).join(" "))} ;;
${
    commands.map((command) => `    ${command.name}) words=${quote(flagWords(command))} ;;\n`).join(
      "",
    )
  }    esac
  elif [[ -z $command ]]; then
    words=${quote(commands.map(({ name }) => name).join(" "))}
  else
    case "$command $((position > 0))" in
${wordCases(commands)}    esac
  fi

  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  for word in $sources; do
    case $word in
    processes)
      for path in "$root"/runtime/processes/[A-Za-z0-9]*/; do
        path=\${path%/}
        path=\${path##*/}
        [[ $path == "$cur"* && $path != '[A-Za-z0-9]*' ]] && COMPREPLY+=("$path")
      done
      ;;
    programs) mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <([[ -n $cur ]] && compgen -c -- "$cur") ;;
    files)
      compopt -o filenames 2>/dev/null
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
      ;;
    machines) COMPREPLY+=($(compgen -A hostname -- "$cur")) ;;
    directories)
      compopt -o filenames 2>/dev/null
      mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$cur")
      ;;
    esac
  done
}
complete -F _tsm tsm
`;
}

function aliasCases(commands: readonly Completable[]): string {
  return commands.filter(({ aliases }) => aliases.length > 0)
    .map(({ name, aliases }) => `        ${aliases.join(" | ")}) command=${name} ;;\n`).join("");
}

/** `start --name`, `start -n`, …: the word behind them is their value. */
function valuedFlags(commands: readonly Completable[]): string[] {
  return commands.flatMap(({ name, flags }) =>
    flags.filter((flag) => takesWord(flag) && flag.name !== "root")
      .flatMap((flag) => spellings(flag).map((spelling) => `${name} ${spelling}`))
  );
}

function valueCases(commands: readonly Completable[]): string {
  return commands.flatMap(({ name, flags }) =>
    flags.filter(({ name, place }) => name !== "root" && !isEmpty(place)).map((flag) => {
      const patterns = spellings(flag).map((spelling) => quote(`${name} ${spelling}`));
      return `    ${patterns.join(" | ")}) ${assignments(flag.place)} ;;\n`;
    })
  ).join("");
}

function wordCases(commands: readonly Completable[]): string {
  return commands.flatMap(({ name, first, rest }) => [
    ...isEmpty(first) ? [] : [`    '${name} 0') ${assignments(first)} ;;\n`],
    ...isEmpty(rest) ? [] : [`    '${name} 1') ${assignments(rest)} ;;\n`],
  ]).join("");
}

function assignments({ words, sources }: Place): string {
  return `words=${quote(words.join(" "))} sources=${quote(sources.join(" "))}`;
}

function flagWords({ flags }: Completable): string {
  return flags.flatMap(spellings).join(" ");
}

function isEmpty({ words, sources }: Place): boolean {
  return words.length === 0 && sources.length === 0;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
