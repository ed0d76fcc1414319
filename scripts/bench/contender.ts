/** A program to be supervised. */
export interface Program {
  readonly name: string;
  /** The program and its arguments. */
  readonly argv: readonly string[];
}

/** Programs that only sleep, each by a name of its own. */
export function sleepers(count: number): Program[] {
  const names = Array.from({ length: count }, (_, index) => `sleeper-${index + 1}`);
  return names.map((name) => ({ name, argv: ["sleep", "100000"] }));
}

/** A command line that is yet to be run. */
export interface Call {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What is compared: a process manager as its users would set it up. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  /**
   * Starts its supervisor, which has nothing to do yet.
   *
   * @param dir An empty directory for all it writes.
   */
  open(dir: string): Promise<Daemon>;
}

/** A running supervisor; disposing of it ends it and all it runs. */
export interface Daemon extends AsyncDisposable {
  /** The pids of all processes that do nothing but supervise. */
  supervisors(): readonly number[];
  /** Starts `programs`, somehow; returns when they were told to start. */
  add(programs: readonly Program[]): Promise<void>;
  /** Prepares what the user has prepared before starting one; gives the call that starts it. */
  startOne(program: Program): Promise<Call>;
  /** Writes `programs` into its kind of configuration; gives the call that starts them all. */
  startFile(programs: readonly Program[]): Promise<Call>;
  ls(): Call;
  restartAll(): Call;
  /** Stops all, and keeps them on the list. */
  stopAll(): Call;
  /** Starts what {@linkcode Daemon.stopAll} stopped. */
  startAll(): Call;
  /** Starts the workers that a PM2 file lists, where it can have several behind one port. */
  startWorkers?(file: string): Call;
  /** Restarts them without a gap. */
  reloadWorkers?(): Call;
  /** The pids of what it runs, by name, as it says itself. */
  pids(): Promise<ReadonlyMap<string, number>>;
  /** The file, or the directory, that the log of `name` goes to. */
  log(name: string): string;
  /** Bytes it keeps on the disk to know its processes, logs left out. */
  stateBytes(): Promise<number>;
}

/** A contender that cannot be measured here. */
export interface Missing {
  readonly name: string;
  /** What is missing, and how to get it. */
  readonly reason: string;
}

/** Tells a contender that is there from one that is not. */
export function isMissing(found: Contender | Missing): found is Missing {
  return "reason" in found;
}

/** Tells the same of one that can be measured. */
export function isThere(found: Contender | Missing): found is Contender {
  return !isMissing(found);
}
