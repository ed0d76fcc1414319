import { resolve } from "@std/path";
import {
  type Condition,
  CONDITIONS,
  type Health,
  type Hooks,
} from "../../settings/compound_settings.ts";
import { READINESSES, type SpecSettings } from "../../settings/spec_settings.ts";
import type { Arguments } from "../parse/arguments.ts";
import type { Flag } from "../parse/flag.ts";
import { parseDuration } from "../parse/parse_duration.ts";

/** The flags that say what a process needs, how its health is seen and what it may take. */
export const RUN_FLAGS: readonly Flag[] = [
  { name: "instances", value: "4", help: "start so many, each with a port of its own (--port)" },
  { name: "port-increment", value: "10", help: "how far apart the ports of instances are (1)" },
  {
    name: "depends-on",
    value: "NAME[:healthy]",
    repeat: true,
    help: "start it when that is 'started', 'healthy' or has 'exited' well",
  },
  { name: "wait-ready", value: "port|health", help: "its start is done when it is that far" },
  { name: "ready-timeout", value: "30s", help: "time in which it must be ready" },
  {
    name: "health-url",
    value: "URL",
    help: "restart it when this stops to answer; ${PORT} is its port",
  },
  { name: "health-tcp", value: "PORT", help: "restart it when nobody accepts connections there" },
  { name: "health-cmd", value: "COMMAND", help: "restart it when this stops to succeed" },
  { name: "health-interval", value: "10s", help: "time between two checks" },
  { name: "health-timeout", value: "5s", help: "time a check may take" },
  { name: "health-retries", value: "3", help: "failures in a row until it is unhealthy" },
  {
    name: "health-grace",
    value: "0s",
    help: "time after its start in which failures do not count",
  },
  {
    name: "watch",
    value: "src,lib",
    optional: ".",
    help: "restart it when files there change (in its directory)",
  },
  { name: "watch-ignore", value: "GLOB", repeat: true, help: "files that do not count" },
  { name: "pre-start", value: "COMMAND", help: "run this before each start, which it may refuse" },
  { name: "post-stop", value: "COMMAND", help: "run this after each end" },
  { name: "hook-timeout", value: "30s", help: "time these may take" },
  { name: "nice", value: "10", help: "its niceness; --nice=-5 takes root" },
  { name: "nofile", value: "4096", help: "how many files it may have open" },
  { name: "umask", value: "027", help: "the mode bits its files do not get" },
];

/**
 * The settings that the given {@linkcode RUN_FLAGS} mean.
 *
 * @param cwd The directory of the process, absolute.
 * @throws {Deno.errors.InvalidData} quoting a value that is not of the right form.
 */
export function readRunSettings(args: Arguments, cwd: string): Partial<SpecSettings> {
  const nice = args.get("nice");
  const nofile = args.get("nofile");
  const umask = args.get("umask");
  const increment = args.get("port-increment");
  const ready = args.get("ready-timeout");
  const health = readHealth(args);
  const dependencies = args.all("depends-on");
  return {
    ...readWatch(args, cwd),
    ...readHooks(args),
    ...readWaitReady(args.get("wait-ready")),
    ...health ? { health } : {},
    ...ready === undefined ? {} : { ready_timeout: parseDuration(ready, "--ready-timeout") },
    ...dependencies.length === 0 ? {} : { depends_on: readDependencies(dependencies) },
    ...increment === undefined
      ? {}
      : { port_increment: parseNumber(increment, "--port-increment", 1, 10_000) },
    ...nice === undefined ? {} : { nice: parseNumber(nice, "--nice", -20, 19) },
    ...nofile === undefined ? {} : { nofile: parseNumber(nofile, "--nofile", 16, 1_073_741_816) },
    ...umask === undefined ? {} : { umask: parseUmask(umask) },
  };
}

/** How many instances are to be started. */
export function readInstances(args: Arguments): number {
  const text = args.get("instances");
  return text === undefined ? 1 : parseNumber(text, "--instances", 1, 1000);
}

function readHealth(args: Arguments): Health | undefined {
  const url = args.get("health-url");
  const port = args.get("health-tcp");
  const command = args.get("health-cmd");
  if ([url, port, command].filter((given) => given !== undefined).length > 1) {
    throw new Deno.errors.InvalidData(
      "Cannot check its health in two ways: give one of --health-url, --health-tcp, --health-cmd",
    );
  }
  const time = (name: string, standard: string) =>
    parseDuration(args.get(`health-${name}`) ?? standard, `--health-${name}`);
  const timing = {
    interval: time("interval", "10s"),
    timeout: time("timeout", "5s"),
    retries: parseNumber(args.get("health-retries") ?? "3", "--health-retries", 1, 1000),
    grace: time("grace", "0s"),
  };
  if (url !== undefined) return { type: "http", url, ...timing };
  if (command !== undefined) return { type: "command", command, ...timing };
  if (port === undefined) return undefined;
  return { type: "tcp", port: parseNumber(port, "--health-tcp", 1, 65535), ...timing };
}

function readWaitReady(text: string | undefined): Partial<SpecSettings> {
  if (text === undefined) return {};
  const wait_ready = READINESSES.find((known) => known === text);
  if (wait_ready) return { wait_ready };
  throw refusal(text, "--wait-ready", `it takes ${READINESSES.join(" or ")}`);
}

function readDependencies(texts: readonly string[]): Record<string, Condition> {
  return Object.fromEntries(texts.map((text) => {
    const [name = "", word = "started", ...more] = text.split(":");
    const condition = CONDITIONS.find((known) => known === word);
    if (condition && name !== "" && more.length === 0) return [name, condition];
    throw refusal(text, "--depends-on", `it takes NAME, or NAME:${CONDITIONS.join(", NAME:")}`);
  }));
}

function readWatch(args: Arguments, cwd: string): Partial<SpecSettings> {
  const paths = args.get("watch");
  if (paths === undefined) return {};
  return {
    watch: {
      paths: paths.split(",").filter((path) => path !== "").map((path) => resolve(cwd, path)),
      ignore: [...args.all("watch-ignore")],
      debounce: 200,
    },
  };
}

function readHooks(args: Arguments): Partial<SpecSettings> {
  const pre_start = args.get("pre-start");
  const post_stop = args.get("post-stop");
  if (pre_start === undefined && post_stop === undefined) return {};
  const hooks: Hooks = {
    ...pre_start === undefined ? {} : { pre_start },
    ...post_stop === undefined ? {} : { post_stop },
    timeout: parseDuration(args.get("hook-timeout") ?? "30s", "--hook-timeout"),
  };
  return { hooks };
}

function parseNumber(text: string, flag: string, minimum: number, maximum: number): number {
  const number = Number(text);
  if (/^-?[0-9]+$/.test(text) && number >= minimum && number <= maximum) return number;
  throw refusal(text, flag, `it takes a whole number from ${minimum} to ${maximum}`);
}

function parseUmask(text: string): string {
  if (/^0?[0-7]{3}$/.test(text)) return text;
  throw refusal(text, "--umask", "it takes three octal digits, as in 027");
}

function refusal(text: string, flag: string, rule: string): Error {
  return new Deno.errors.InvalidData(`Cannot use ${JSON.stringify(text)} as ${flag}: ${rule}`);
}
