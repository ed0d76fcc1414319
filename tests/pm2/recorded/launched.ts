/**
 * What the processes of a recorded file are started with: by a real PM2, and by tsm.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { copy } from "@std/fs";
import { dirname, fromFileUrl } from "@std/path/posix";
import { NODE } from "../../node_22.ts";
import { isRunning, Tsm, until } from "../../e2e/harness.ts";
import { PM2_PROGRAM } from "../real_pm2.ts";
import type { RecordedFile } from "./recorded_files.ts";

/** What one process is started with. The directory of its project is `$DIR` in all texts. */
export interface Launched {
  /** What its app is called; several instances are called the same. */
  readonly name: string;
  readonly interpreter: string;
  readonly interpreterArgs: readonly string[];
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The variables that the file brings, the port and the number of the instance among them. */
  readonly env: Readonly<Record<string, string>>;
}

/** What `report.cjs` writes. */
type Report = Omit<Launched, "name">;

const REPORT = fromFileUrl(new URL("report.cjs", import.meta.url));

/** Variables as files bring them; PM2 has its own in small letters. */
const VARIABLE = /^[A-Z][A-Z0-9_]*$/;

/** Variables of the shell, of npm, of pyenv, of the harness, of PM2 and of tsm, which no file here brings. */
const OTHERS =
  /^((PM2|TSM|DENO|PYENV|NODE_CHANNEL)_.*|PATH|HOME|PWD|OLDPWD|SHLVL|LC_CTYPE|NODE|NODE_OPTIONS|COLOR|EDITOR|INIT_CWD|REPORTS?|NODE_UNIQUE_ID|SILENT)$/;

/** The one directory of a run, with a copy of the project in it. */
class Project implements Disposable {
  readonly #base = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "tsm-test-" }));
  /** The directory of the project. */
  readonly dir = `${this.#base}/project`;
  readonly #reports = `${this.#base}/reports`;
  /** The variables that the command line is run with. */
  readonly variables = {
    // Its node shares ports, whatever the system's is.
    PATH: `${dirname(NODE)}:${Deno.env.get("PATH")}`,
    HOME: this.#base,
    PM2_HOME: `${this.#base}/pm2`,
    REPORT,
    REPORTS: this.#reports,
  };

  static async of({ dir }: RecordedFile): Promise<Project> {
    const project = new Project();
    await Deno.mkdir(project.#reports);
    await copy(fromFileUrl(new URL(dir, import.meta.url)), project.dir);
    return project;
  }

  /** Awaits that so many processes have told what they were started with. */
  async launched(
    count: number,
    nameOf: (env: Readonly<Record<string, string>>) => string,
  ): Promise<readonly Launched[]> {
    const reports = () =>
      [...Deno.readDirSync(this.#reports)].filter(({ name }) => name.endsWith(".json"));
    await until(`${count} reports`, () => reports().length >= count);
    return sorted(
      reports().map(({ name }) => {
        const text = Deno.readTextFileSync(`${this.#reports}/${name}`);
        const report: Report = JSON.parse(text.replaceAll(this.dir, "$DIR"));
        const env = Object.entries(report.env).filter(([name]) =>
          VARIABLE.test(name) && !OTHERS.test(name)
        ).sort();
        return { name: nameOf(report.env), ...report, env: Object.fromEntries(env) };
      }),
    );
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#base, { recursive: true });
  }
}

/** In one order, whatever was the first to run. */
export function sorted(launched: readonly Launched[]): readonly Launched[] {
  const key = ({ name, env }: Launched) => JSON.stringify([name, env]);
  return launched.toSorted((a, b) => key(a) < key(b) ? -1 : 1);
}

/** What a real PM2, in a home of its own, starts the processes of a file with. */
export async function launchedByPm2(recorded: RecordedFile): Promise<readonly Launched[]> {
  using project = await Project.of(recorded);
  const { variables, dir } = project;
  const pm2 = async (...args: readonly string[]) => {
    const command = new Deno.Command(PM2_PROGRAM, {
      args: [...args],
      cwd: dir,
      env: variables,
      clearEnv: true,
      stdin: "null",
    });
    const { success, stdout, stderr } = await command.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(success, true, `pm2 ${args.join(" ")}: ${out}${err}`);
    return out!;
  };
  try {
    await pm2("start", recorded.file, ...chosen("--env", recorded));
    const listed = JSON.parse(await pm2("jlist")) as { readonly pid: number }[];
    const online = listed.filter(({ pid }) => pid > 0);
    return await project.launched(online.length, ({ name }) => name!);
  } finally {
    const daemon = Number(await Deno.readTextFile(`${variables.PM2_HOME}/pm2.pid`));
    await pm2("kill");
    await until("the end of PM2", () => !isRunning(daemon));
  }
}

/** What tsm starts the processes of a file with. */
export async function launchedByTsm(recorded: RecordedFile): Promise<readonly Launched[]> {
  using project = await Project.of(recorded);
  const { variables, dir } = project;
  await using tsm = new Tsm();
  const args = ["start", recorded.file, ...chosen("--env-name", recorded)];
  const { code, stdout, stderr } = await tsm.run(args, { cwd: dir, env: variables });
  assertEquals(code, 0, stdout + stderr);
  const processes = Object.values(await tsm.list());
  const launched = await project.launched(processes.length, (env) => env["TSM_NAME"]!);
  return sorted(launched.map((one) => {
    const { name, port } = processes.find(({ name }) => name === one.name)!;
    const { app } = JSON.parse(tsm.read("runtime", "processes", name, "spec.json"));
    // What it is listed with is what it is told.
    if (port !== null) assertEquals(one.env["PORT"], String(port), name);
    return { ...one, name: app ?? name };
  }));
}

function chosen(flag: string, { envName }: RecordedFile): readonly string[] {
  return envName === undefined ? [] : [flag, envName];
}
