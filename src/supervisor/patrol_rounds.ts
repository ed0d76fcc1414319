import { compressDays } from "../db/retention/compress_days.ts";
import { dayOf } from "../db/day_files.ts";
import { compactHistories } from "../db/retention/compact_history.ts";
import { oldestKept, pruneDays } from "../db/retention/prune_days.ts";
import { messageOf } from "../errors.ts";
import { directoryEntries } from "../files/directory_entries.ts";
import { listProcesses } from "../meta/list_processes.ts";
import { migrateOldLayout } from "../migrate/migrate.ts";
import { hasOldFiles } from "../migrate/old_files.ts";
import type { Finding } from "../patrol/finding.ts";
import { patrol } from "../patrol/patrol.ts";
import type { PatrolOptions } from "../patrol/patrol_host.ts";
import { RoundReads } from "../patrol/round_reads.ts";
import { settingValue } from "../settings/settings_file.ts";
import { isValidName } from "../root.ts";
import { takeOver } from "./boot.ts";
import { recoverMetas } from "./recover_meta.ts";
import type { Supervisor } from "./supervisor.ts";
import { settlesWithin } from "../async/settles_within.ts";
import { SerialQueue } from "../async/serial_queue.ts";

/** Milliseconds between two patrols. */
const INTERVAL = 60_000;
/** Milliseconds for which the turn of a process is awaited. */
const TURN_PATIENCE = 2000;
const MAX_UNTOLD = 1000;

/** Lets patrol look over a supervisor's root, one round at a time. */
export class PatrolRounds {
  readonly #supervisor: Supervisor;
  readonly #queue: SerialQueue = new SerialQueue();
  /** What the rounds by itself have read; one on request reads all anew. */
  readonly #reads: RoundReads;
  /**
   * What the rounds by itself have mended since the last request: told to the next one who asks.
   */
  #untold: Finding[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #compressing: Promise<void> | undefined;
  /** The day, and the days that are kept, for which the histories were looked at for older entries. */
  #agesLookedAt: string | undefined;
  /** How much the supervisor had recorded when it looked at the histories last. */
  #compactedAt: number | undefined;

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
    this.#reads = new RoundReads(supervisor.root);
  }

  /** Makes a round now, which migrates the old layout, and another every minute. */
  async begin(): Promise<void> {
    await this.#roundByItself({ migrates: true });
    this.#timer = setInterval(() => this.#roundByItself({ migrates: false }), INTERVAL);
  }

  /**
   * Makes a round on request: it migrates the old layout, and takes charge of the processes
   * that were.
   *
   * @returns what it found and did, and what was mended since the last request.
   */
  round(options: PatrolOptions): Promise<readonly Finding[]> {
    return this.#queue.run(async () => {
      const findings = await this.#look({ ...options, migrates: true });
      return [...this.#untold.splice(0), ...findings];
    });
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #roundByItself({ migrates }: { readonly migrates: boolean }): Promise<void> {
    try {
      const findings = await this.#queue.run(() =>
        this.#look({ dryRun: false, killOrphans: false, migrates }, this.#reads)
      );
      this.#untold.push(...findings.filter(({ done }) => done));
      this.#untold.splice(0, Math.max(0, this.#untold.length - MAX_UNTOLD));
      this.#prune();
      this.#compress();
    } catch (error) {
      this.#supervisor.log(`patrol: ${messageOf(error)}`);
    }
  }

  #prune(): void {
    const { root } = this.#supervisor;
    const days = settingValue(root, "retention.days") as number;
    const size = settingValue(root, "retention.size") as number;
    for (const path of pruneDays(root, { days, size }, Date.now())) {
      this.#supervisor.log(`removed ${path}, as retention.days and retention.size have it`);
    }
    this.#compactHistories(days);
  }

  #compactHistories(days: number): void {
    const { root } = this.#supervisor;
    const now = Date.now();
    // Once a day, and where it is set anew: to look at the age of each is to open each.
    const due = `${dayOf(now)} ${days}`;
    const { recordings } = this.#supervisor;
    // Nothing has been added to any.
    if (due === this.#agesLookedAt && recordings === this.#compactedAt) return;
    const oldest = due === this.#agesLookedAt
      ? undefined
      : Date.parse(oldestKept(root, days, now)) / 1000;
    compactHistories(root, {
      oldest,
      isListed: (name) => this.#supervisor.process(name) !== undefined,
    });
    this.#agesLookedAt = due;
    this.#compactedAt = recordings;
  }

  /** Not awaited: after a long time there may be much to compress. */
  #compress(): void {
    const { root, log } = this.#supervisor;
    this.#compressing ??= compressDays(root, Date.now())
      .catch((error) => log(`compressing days: ${messageOf(error)}`))
      .finally(() => this.#compressing = undefined);
  }

  /** Whether somebody has put a directory back, from quarantine perhaps. */
  #hasReturned(): boolean {
    const { root } = this.#supervisor;
    const isUnknown = (name: string) => this.#supervisor.process(name) === undefined;
    // The names alone tell that there is none, as is usual, without a read of a thousand files.
    const mayHave = directoryEntries(root.processes).some(({ name }) => isUnknown(name));
    // One whose migration was interrupted is not taken over before that is finished.
    return mayHave &&
      listProcesses(root).metas.some(({ name, intent }) => isUnknown(name) && intent !== "migrate");
  }

  /** Forgets the processes whose directories somebody has removed. */
  async #forgetGone(): Promise<void> {
    const { root, processes } = this.#supervisor;
    const directories = directoryEntries(root.processes).filter(({ isDirectory }) => isDirectory);
    const present = new Set(directories.map(({ name }) => name));
    const gone = processes.filter(({ meta }) => !present.has(meta.name));
    await Promise.all(gone.map((process) => process.repair.forgetIfGone()));
  }

  /** Awaits the turn of a process, which may be long: a hook may run. */
  async #settled(name: string): Promise<void> {
    const turn = this.#supervisor.process(name)?.exclusively(() => {}).catch(() => {});
    if (turn !== undefined) await settlesWithin(turn, TURN_PATIENCE);
  }

  /** @param migrates Whether it looks for the old layout too: nothing new comes to that. */
  async #look(
    { migrates, ...options }: PatrolOptions & { readonly migrates: boolean },
    reads?: RoundReads,
  ): Promise<readonly Finding[]> {
    const supervisor = this.#supervisor;
    const { root, rootPath } = supervisor;
    const recovered: Finding[] = [];
    if (!options.dryRun) {
      await this.#forgetGone();
      recovered.push(...await recoverMetas(supervisor));
    }
    const migrated = migrates
      ? await migrateOldLayout(root, {
        rootPath,
        reserveId: (wanted) => supervisor.reserveId(wanted),
      }, options)
      : [];
    const findings = [
      ...recovered,
      ...migrated,
      ...await patrol(
        root,
        {
          rootPath,
          hasRead: (table) => supervisor.lookAtRest(table),
          knows: (name) => supervisor.process(name) !== undefined,
          rewrite: (name) => supervisor.process(name)?.repair.rewrite(),
          knowsSpec: (name) => supervisor.process(name)?.hasMadeUpSpec === false,
          rewriteSpec: (name) => supervisor.process(name)?.repair.rewriteSpec(),
          settled: (name) => this.#settled(name),
          revive: (name) => supervisor.process(name)?.repair.revive(),
          keepsPidFile: (name) =>
            // One that is being launched is noted in its meta.json a moment later.
            supervisor.process(name)?.meta.status === "launching" || hasOldFiles(root, name),
        },
        options,
        reads,
      ),
    ];
    for (const { kind, name, found, remedy, done, failed } of findings) {
      if (!done && failed === undefined) continue;
      const reason = `${found}: ${failed === undefined ? remedy : `failed: ${failed}`}`;
      supervisor.log(`patrol: ${name}: ${reason}`);
      const event = kind === "old-layout" ? "migrate" : "patrol";
      supervisor.record(event, isValidName(name) ? name : null, { reason });
    }
    const orphans = findings.filter(({ kind, done }) => kind === "orphan" && !done);
    supervisor.orphanNames = new Set(orphans.map(({ name }) => name));
    const hasMigrated = migrated.some(({ done }) => done);
    if (!options.dryRun && (hasMigrated || this.#hasReturned())) await takeOver(supervisor);
    return findings;
  }
}
