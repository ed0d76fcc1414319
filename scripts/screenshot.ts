/**
 * Makes the README's pictures: runs tsm in a real terminal (tmux), with some
 * processes to show, and draws what the terminal shows.
 *
 *     ./scripts/deno task screenshot [--size 100x24] [--keys "j j"] OUT COMMAND…
 *     ./scripts/deno task screenshot docs/ls.png ls
 *
 *     ./scripts/deno task screenshot --size 110x28 --watch 150 docs/monit.png monit
 *     ./scripts/deno task screenshot --seconds 135 docs/web.png web
 *
 * OUT ends in `.svg`, or in `.png`, which takes chromium. `--keys` are pressed, by
 * tmux's names, before the picture is taken. `--seconds` is how long the processes run before, and
 * `--watch` how long the command does: charts show nothing else. `web` is the page of `tsm web`, of
 * which `docs/web.png` is the list, `docs/web-log.png` a log and `docs/web-charts.png` the charts.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { PERMISSION_FLAGS } from "../src/permissions.ts";
import { drawPage } from "./screenshot/draw_page.ts";
import { drawScreen } from "./screenshot/draw_screen.ts";
import { parseScreen } from "./screenshot/parse_screen.ts";

const MAIN = fromFileUrl(new URL("../main.ts", import.meta.url));

/** What runs in the pictures: a script, and the flags it is started with. */
const SHOWN: Readonly<Record<string, { readonly script: string; readonly flags: string[] }>> = {
  api: {
    script:
      "n=0; while :; do n=$((n+1)); printf '\\033[32mGET\\033[0m /users/%s 200 12ms\\n' $n; " +
      '[ $((n % 7)) = 0 ] && echo "warning: slow query, 812 ms" >&2; sleep 0.7; done',
    flags: ["--port", "3000"],
  },
  web: {
    script: "while :; do echo GET /index.html 200; sleep 1.3; done",
    flags: ["--port", "8080"],
  },
  worker: {
    // Busy for a while, then less so: its charts go up and down.
    script: "i=0; while :; do i=$((i+1)); [ $((i % 40000)) = 0 ] && " +
      "sleep 0.$(( $(date +%s) / 60 % 4 + 2 )); done",
    flags: ["--namespace", "jobs"],
  },
  mailer: { script: "while :; do echo queue: 0 mails; sleep 3; done", flags: [] },
  importer: {
    script: "echo cannot reach db:5432 >&2; sleep 0.2; exit 1",
    flags: ["--exp-backoff", "20s"],
  },
  "nightly-report": { script: "echo 214 rows; sleep 1", flags: ["--no-autorestart"] },
};

const { _: words, size, keys, seconds, watch } = parseArgs([...Deno.args], {
  string: ["_", "size", "keys", "seconds", "watch"],
  stopEarly: true,
});
const [out, ...command] = words.map(String);
const [columns = 0, rows = 0] = String(size ?? "100x12").split("x").map(Number);
if (out === undefined || command.length === 0 || !(columns > 0 && rows > 0)) {
  console.error(
    "screenshot.ts [--size 100x24] [--keys 'j j'] [--seconds 8] OUT.png|OUT.svg COMMAND…",
  );
  Deno.exit(64);
}

const work = await Deno.makeTempDir({ prefix: "tsm-" });
const root = join(work, "root");
const shop = join(work, "shop");
await Deno.mkdir(shop);
const socket = join(work, "tmux");
const tsm = [Deno.execPath(), "run", ...PERMISSION_FLAGS, MAIN, "--root", root];

async function run(words: readonly string[]): Promise<string> {
  const [program, ...args] = words as [string, ...string[]];
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd: work }).output();
  if (!success) throw new Error(`${words.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function tmux(...args: readonly string[]): Promise<string> {
  return run(["tmux", "-S", socket, "-f", "/dev/null", ...args]);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The captured screen without the empty rows at its end. */
function trimmed(capture: string): string {
  return capture.replace(/(\n(\x1b\[[0-9;]*m|\s)*)+$/, "\n");
}

try {
  for (const [name, { script, flags }] of Object.entries(SHOWN)) {
    await Deno.writeTextFile(join(shop, `${name}.sh`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await run([...tsm, "start", `./${name}.sh`, "--name", name, "--cwd", shop, ...flags]);
  }
  // CPU is measured over some seconds: a picture taken at once would show none.
  await pause(Number(seconds ?? 8) * 1000);
  if (command[0] === "web") {
    const { url } = JSON.parse(await run([...tsm, "web", "--json"]));
    await drawPage(url, {
      [out]: "#/",
      [out.replace(/\.png$/, "-log.png")]: "#/process/api-3000/log",
      [out.replace(/\.png$/, "-charts.png")]: "#/process/worker/charts",
    });
  } else await drawTerminal(out, command);
} finally {
  await tmux("kill-server").catch(() => {});
  await run([...tsm, "shutdown"]).catch(() => {});
  await Deno.remove(work, { recursive: true });
}

/** Draws what a command shows in a terminal. */
async function drawTerminal(out: string, command: readonly string[]): Promise<void> {
  await tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), "-e", "LANG=C.UTF-8");
  await tmux("set", "-g", "status", "off");
  await tmux("set", "-g", "default-terminal", "tmux-256color");
  const quoted = [...tsm, ...command].map((word) => `'${word}'`).join(" ");
  await tmux("respawn-pane", "-k", `tput civis; clear; ${quoted}; sleep 1000`);
  await pause(Number(watch ?? 4) * 1000);
  for (const key of String(keys ?? "").split(" ").filter((key) => key !== "")) {
    await tmux("send-keys", key);
    await pause(300);
  }
  await pause(1000);
  const screen = trimmed(await tmux("capture-pane", "-e", "-p"));
  const drawing = drawScreen(parseScreen(screen), columns);
  await Deno.mkdir(dirname(out), { recursive: true });
  if (out.endsWith(".svg")) await Deno.writeTextFile(out, drawing.svg);
  else {
    const page = join(work, "page.html");
    await Deno.writeTextFile(
      page,
      `<!doctype html><meta charset="utf-8"><style>body{margin:0}svg{display:block}</style>${drawing.svg}`,
    );
    await run([
      ...["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"],
      ...["--force-device-scale-factor=2", "--default-background-color=00000000"],
      ...[`--window-size=${drawing.width},${drawing.height}`, `--screenshot=${work}/shot.png`],
      `file://${page}`,
    ]);
    await Deno.copyFile(join(work, "shot.png"), out);
  }
  console.log(`${out}: ${drawing.width}×${drawing.height}`);
}
