import type { Launched } from "./launched.ts";

/** Something that tsm does otherwise than PM2, on purpose. */
export interface Difference {
  /** What is otherwise, and why. */
  readonly reason: string;
  /** Where that shows in the recordings, by their directory. */
  readonly in: Readonly<Record<string, readonly Place[]>>;
}

interface Place {
  /** The name that PM2 gives. */
  readonly name: string;
  readonly pm2: Partial<Launched>;
  readonly tsm: Partial<Launched>;
}

/** Everything of the recorded files that tsm does otherwise. */
export const DIFFERENCES: readonly Difference[] = [
  {
    reason: "A name becomes a directory and a file: it holds ASCII letters, digits, `.`, `_` and " +
      "`-`. Letters of other scripts are put into Latin ones, all else becomes `-`.",
    in: {
      "04-command-lines": [
        renamed("npm run worker -- --queue mail", "npm-run-worker-queue-mail"),
        renamed("npm run clock", "npm-run-clock"),
      ],
      "13-names": [
        renamed("сервер", "server"),
        renamed("заказы", "zakazy"),
        renamed("Café API (v2)", "Cafe-API-v2"),
        renamed("@shop/web:80", "shop-web-80"),
      ],
    },
  },
  {
    reason: "Paths begin at the directory of the file, PM2's at that of the shell: a file means " +
      "the same from everywhere. Where both find something, a note says which one is run.",
    in: {
      "14-subdirectory": [{
        name: "unplaced",
        pm2: { cwd: "$DIR", script: "$DIR/server.js" },
        tsm: { cwd: "$DIR/deploy", script: "$DIR/deploy/server.js" },
      }],
    },
  },
];

function renamed(name: string, tsm: string): Place {
  return { name, pm2: { name }, tsm: { name: tsm } };
}
