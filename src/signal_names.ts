/** The signals a process can be sent, by name. */
export const SIGNALS = [
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGTERM",
  "SIGKILL",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGALRM",
  "SIGWINCH",
  "SIGABRT",
  "SIGTTIN",
  "SIGTTOU",
  "SIGPIPE",
  "SIGURG",
  "SIGIO",
  "SIGPWR",
  "SIGPROF",
  "SIGVTALRM",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
  "SIGTRAP",
  "SIGILL",
  "SIGBUS",
  "SIGFPE",
  "SIGSEGV",
] as const satisfies readonly Deno.Signal[];

// Fixed by the Linux ABI on every architecture Deno runs on.
const NUMBERS: Readonly<Record<string, string>> = {
  "1": "SIGHUP",
  "2": "SIGINT",
  "3": "SIGQUIT",
  "4": "SIGILL",
  "5": "SIGTRAP",
  "6": "SIGABRT",
  "7": "SIGBUS",
  "8": "SIGFPE",
  "9": "SIGKILL",
  "10": "SIGUSR1",
  "11": "SIGSEGV",
  "12": "SIGUSR2",
  "13": "SIGPIPE",
  "14": "SIGALRM",
  "15": "SIGTERM",
  "18": "SIGCONT",
  "19": "SIGSTOP",
  "20": "SIGTSTP",
  "21": "SIGTTIN",
  "22": "SIGTTOU",
  "23": "SIGURG",
  "24": "SIGXCPU",
  "25": "SIGXFSZ",
  "26": "SIGVTALRM",
  "27": "SIGPROF",
  "28": "SIGWINCH",
  "29": "SIGIO",
  "30": "SIGPWR",
  "31": "SIGSYS",
};

/** The number of a signal; `undefined` for a name that is none. */
export function signalNumber(name: string): number | undefined {
  const number = Object.keys(NUMBERS).find((number) => NUMBERS[number] === name);
  return number === undefined ? undefined : Number(number);
}

/**
 * Reads a signal as people write them: `SIGHUP`, `hup`, `1`.
 *
 * @throws {Deno.errors.InvalidData} if there is no such signal.
 */
export function parseSignal(text: string): Deno.Signal {
  const upper = NUMBERS[text] ?? text.toUpperCase();
  const name = upper.startsWith("SIG") ? upper : `SIG${upper}`;
  const found = SIGNALS.find((signal) => signal === name);
  if (found) return found;
  throw new Deno.errors.InvalidData(
    `Cannot use ${JSON.stringify(text)} as a signal: there is none of that name; ` +
      "examples: SIGHUP, USR1, 9",
  );
}
