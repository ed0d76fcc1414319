import { messageOf } from "../errors.ts";
import type { Health } from "./compound_settings.ts";
import {
  duration,
  type Form,
  isText,
  objectOf,
  oneOf,
  port,
  text,
  whole,
} from "../document/form.ts";
import { member, type Node } from "../document/node.ts";

const LOOPBACK = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:([0-9]+|\$\{PORT\}))?(\/|\?|$)/;

const url = text("a URL", { own: true });

const body: Form<string> = {
  ...text(),
  read(node, reader) {
    const given = text().read(node, reader);
    const pattern = /^\/(.*)\/i?$/s.exec(given ?? "")?.[1];
    try {
      if (pattern !== undefined) new RegExp(pattern);
      return given;
    } catch (error) {
      reader.refuse(node, messageOf(error));
      return undefined;
    }
  },
};

const healthObject = objectOf({
  type: { form: oneOf(["tcp", "http", "command"]), help: "what kind of check it is" },
  port: { form: port, help: "the port that must accept connections; its own where not told" },
  host: {
    form: oneOf(["127.0.0.1", "localhost", "::1"]),
    help: "where that port is (127.0.0.1)",
  },
  url: {
    form: url,
    help: "what must answer, as in http://127.0.0.1:${PORT}/health; only this machine",
  },
  status: { form: whole("a status, 100 to 599", 100, 599), help: "the status it must answer with" },
  body: { form: body, help: "a part of the answer's body, or a /pattern/" },
  command: {
    form: text("a command line", { own: true }),
    help: "a command line that must end with 0",
  },
  interval: { form: duration(86_400_000, 100), help: "time between two checks (10s)" },
  timeout: { form: duration(86_400_000, 1), help: "time a check may take (5s)" },
  retries: {
    form: whole("a whole number from 1", 1, 1000),
    help: "failures in a row after which it is unhealthy, and restarted (3)",
  },
  grace: { form: duration(), help: "time after its start in which failures do not count (0s)" },
}, "a health check");

/** A health check: `"tcp"`, a URL, or an object. */
export const health: Form<Health> = {
  schema: { anyOf: [{ type: "string" }, healthObject.schema] },
  takes: `"tcp", a URL, or an object with 'url', 'port' or 'command'`,
  read(node, reader) {
    if (isText(node)) {
      const given = text("a health check", { own: true }).read(node, reader);
      if (given === undefined) return undefined;
      if (given === "tcp") return completeHealth({ type: "tcp" });
      if (isLoopback(given)) return completeHealth({ type: "http", url: given });
      reader.refuse(
        node,
        /^https?:/.test(given) ? NOT_LOOPBACK : `expected ${this.takes}, found "${given}"`,
      );
      return undefined;
    }
    const given = node.kind === "object" ? healthObject.read(node, reader) : undefined;
    if (node.kind !== "object") reader.refuse(node, `expected ${this.takes}`);
    if (given === undefined) return undefined;
    if (given.url !== undefined && !isLoopback(given.url)) {
      reader.refuse(member(node, "url") ?? node, NOT_LOOPBACK);
      return undefined;
    }
    const kinds = [
      ...given.url === undefined ? [] : ["http" as const],
      ...given.command === undefined ? [] : ["command" as const],
    ];
    const type = given.type ?? kinds[0] ?? "tcp";
    const misplaced = healthKeys(node).find((key) =>
      HEALTH_MEMBERS.includes(key) && !keysOf(type).includes(key)
    );
    if (misplaced !== undefined) {
      reader.refuse(
        member(node, misplaced) ?? node,
        `'${misplaced}' does not go with a check by ${type}; there are ${keysOf(type).join(", ")}`,
      );
      return undefined;
    }
    const needed = type === "http" ? "url" : type === "command" ? "command" : undefined;
    if (needed !== undefined && given[needed] === undefined) {
      // A wrong one has been told of.
      if (!healthKeys(node).includes(needed)) {
        reader.refuse(node, `a check by ${type} takes '${needed}'`);
      }
      return undefined;
    }
    return completeHealth({ ...given, type });
  },
};

function isLoopback(url: string): boolean {
  return LOOPBACK.test(url) && URL.canParse(url.replaceAll("${PORT}", "1"));
}

const NOT_LOOPBACK = "only this machine can be reached: a URL begins with http://127.0.0.1, " +
  "http://localhost or http://[::1]; another one can be asked by a 'command'";

const HEALTH_MEMBERS = Object.keys(healthObject.schema["properties"] as object);

function keysOf(type: Health["type"]): readonly string[] {
  const own = { tcp: ["port", "host"], http: ["url", "status", "body"], command: ["command"] };
  return ["type", ...own[type], "interval", "timeout", "retries", "grace"];
}

function healthKeys(node: Node): readonly string[] {
  return node.kind === "object" ? node.entries.map(({ key }) => key) : [];
}

function completeHealth(given: Readonly<Record<string, unknown>>): Health {
  const timing = { interval: 10_000, timeout: 5000, retries: 3, grace: 0 };
  return { ...timing, ...given } as Health;
}
