import { spellings } from "../parse/flag.ts";
import { type Completable, type CompletableFlag, type Place, takesWord } from "./completable.ts";

/**
 * Makes the completion script for fish. It starts no tsm: names of processes are
 * those of their directories.
 */
export function fishCompletion(commands: readonly Completable[]): string {
  return `# Completion of tsm in fish, made by 'tsm completion fish'.

# Sets __tsm_words: the command and its words before the cursor, without flags and their
# values. Every condition below asks for it, so it is read once for a line.
function __tsm_read
    set -l line (commandline -opc)
    set -q __tsm_words; and test "$line" = "$__tsm_line"; and return
    set -g __tsm_line "$line"
    set -g __tsm_words
    set -l valued ${valuedFlags(commands).map(quote).join(" ")}
    set -l command ''
    set -l flag ''
    set -l ended ''
    for word in $line[2..-1]
        if test -n "$flag"
            set flag ''
        else if test -n "$ended"; or not string match -q -- '-*' $word
            if test -z "$command"
                set command (__tsm_command $word)
                set -a __tsm_words $command
            else
                set -a __tsm_words $word
            end
        else if test "$word" = --
            set ended 1
        else if test "$word" = --root; or test "$command $word" = ' --host'; or contains -- "$command $word" $valued
            set flag $word
        end
    end
end

function __tsm_command
    switch $argv[1]
${
    commands.filter(({ aliases }) => aliases.length > 0).map(({ name, aliases }) =>
      `        case ${aliases.join(" ")}\n            echo ${name}\n`
    ).join("")
  }        case '*'
            echo $argv[1]
    end
end

function __tsm_needs_command
    __tsm_read
    not set -q __tsm_words[1]
end

# Whether the command is this one.
function __tsm_in
    __tsm_read
    test "$__tsm_words[1]" = $argv[1]
end

# Whether the command is this one, and its first word (1) or another (2) is completed.
function __tsm_at
    __tsm_in $argv[1]; or return
    test (count $__tsm_words) -gt 1; and test $argv[2] = 2; and return
    test (count $__tsm_words) -eq 1; and test $argv[2] = 1
end

function __tsm_processes
    set -l root $HOME/.tsm
    test -n "$TSM_ROOT"; and set root $TSM_ROOT
    set -l words (commandline -opc)
    for i in (seq (count $words))
        if test "$words[$i]" = --root; and set -q words[(math $i + 1)]
            set root (string replace -r '^~/' $HOME/ -- $words[(math $i + 1)])
        else if string match -q -- '--root=*' $words[$i]
            set root (string replace -- --root= '' $words[$i])
        end
    end
    set -l directories $root/runtime/processes/*/
    for directory in $directories
        string match -rg -- '([^/]+)/$' $directory
    end
end

complete -c tsm -f
complete -c tsm -n __tsm_needs_command -l root -x -a '(__fish_complete_directories)' -d 'use this root'
complete -c tsm -n __tsm_needs_command -l host -x -a '(__fish_print_hostnames)' -d 'run the command on this machine over ssh'
complete -c tsm -n __tsm_needs_command -s h -l help -d 'show help'
complete -c tsm -n __tsm_needs_command -s v -l version -d 'show the version'
${commands.map(commandLines).join("")}`;
}

function commandLines({ name, summary, flags, first, rest }: Completable): string {
  return [
    `complete -c tsm -n __tsm_needs_command -a ${name} -d ${quote(summary)}`,
    ...flags.map((flag) => `complete -c tsm -n '__tsm_in ${name}' ${flagOptions(flag)}`),
    ...placeOptions(first).map((options) => `complete -c tsm -n '__tsm_at ${name} 1' ${options}`),
    ...placeOptions(rest).map((options) => `complete -c tsm -n '__tsm_at ${name} 2' ${options}`),
  ].map((line) => `${line}\n`).join("");
}

function flagOptions(flag: CompletableFlag): string {
  const { name, short, value, help, place } = flag;
  const spelled = short ? `-s ${short} -l ${name}` : `-l ${name}`;
  const candidates = place.sources.includes("files") ? [] : placeOptions(place).slice(0, 1);
  const kind = !takesWord(flag) ? "" : place.sources.includes("files") ? " -r -F" : " -x";
  const shown = value === undefined || candidates.length === 0 ? "" : ` ${candidates[0]}`;
  return `${spelled}${kind}${shown} -d ${quote(help)}`;
}

function placeOptions({ words, sources }: Place): string[] {
  return [
    ...words.length > 0 ? [`-a ${quote(words.join(" "))}`] : [],
    ...sources.map((source) => {
      if (source === "files") return "-F";
      if (source === "processes") return "-a '(__tsm_processes)'";
      if (source === "programs") return "-a '(__fish_complete_command)'";
      return "-a '(__fish_complete_directories)'";
    }),
  ];
}

function valuedFlags(commands: readonly Completable[]): string[] {
  return commands.flatMap(({ name, flags }) =>
    flags.filter(takesWord)
      .flatMap((flag) => spellings(flag).map((spelling) => `${name} ${spelling}`))
  );
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
