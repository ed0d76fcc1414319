/**
 * Measures what a command on many machines costs, for docs/scale.md. All of them are one sshd on
 * loopback: what is there and what is here share the same processors.
 *
 *     TSM_BINARY=dist/tsm ./scripts/deno run -A scripts/bench/hosts.ts
 *
 * @module
 */
import { Tsm, tsmCommand } from "../../tests/e2e/harness.ts";
import { Machines } from "../../tests/e2e/ssh_machines.ts";

const ROUNDS = 3;
/** Runs a command, then prints the processor time of what it has started. */
const TIMED = '"$@" >/dev/null 2>&1 || exit; times';

/** What a command takes, in milliseconds. */
interface Cost {
  readonly wall: number;
  /** Of the processors, here. */
  readonly cpu: number;
}

async function costOf(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const { success, stdout } = await new Deno.Command("/bin/bash", {
      args: ["-c", TIMED, "bash", ...command],
      env: { ...env },
    }).output();
    if (!success) throw new Error(`${command.join(" ")} fails`);
    const [, children = ""] = new TextDecoder().decode(stdout).split("\n");
    const times = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
    const cpu = times.reduce(
      (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
      0,
    );
    costs.push({ wall: performance.now() - begun, cpu });
  }
  return costs.sort((a, b) => a.cpu - b.cpu)[Math.floor(ROUNDS / 2)]!;
}

await using here = new Tsm();
await using machines = await Machines.open(here);
const there = await machines.add("web*");
for (let number = 0; number < 10; number++) {
  await there.ok("start", "sleep 100000", "--name", `app${number}`);
}

const row = (what: string, { wall, cpu }: Cost) =>
  console.log(`| ${what} | ${Math.round(wall)} | ${Math.round(cpu)} |`);

console.log("| what | ms | ms of a processor, here |\n| ---- | -- | ----------------------- |");
row("`ssh web1 true`", await costOf(["ssh", "web1", "true"], machines.env));
const list = async (count: number) => {
  const hosts = Array.from({ length: count }, (_, index) => `--host=web${index}`);
  return await costOf([...tsmCommand(), ...hosts, "ls"], machines.env);
};
for (const count of [1, 10, 50]) row(`\`tsm ls\` on ${count}`, await list(count));
const control = `\n  ControlMaster auto\n  ControlPath ${here.work}/%C\n  ControlPersist 60\n`;
await Deno.writeTextFile(`${here.work}/ssh_config`, control, { append: true });
await list(10);
row("the same on 10, connected already", await list(10));
const own = { TSM_ROOT: there.root };
row("there: `tsm ls --json`", await costOf([...tsmCommand(), "ls", "--json"], own));
row("there: `tsm --version`", await costOf([...tsmCommand(), "--version"], own));
