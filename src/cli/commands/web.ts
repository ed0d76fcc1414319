import { pingMessage } from "../../api/messages/ping.ts";
import { tokenMessage } from "../../api/messages/token.ts";
import { findAddress } from "../../api/supervisor_file.ts";
import { givenEnvironment } from "../../program/own_environment.ts";
import { makeLinkWord, WORD_LIFETIME } from "../../web/link_word.ts";
import type { Command } from "../command.ts";
import { ask } from "../connection/connection.ts";
import type { Context } from "../context.ts";
import { ensureWebProcess, findWebProcess, stopWebProcess } from "../web/web_process.ts";
import { hasDesktop, openInBrowser, tunnelCommand } from "../web/way_to_the_page.ts";

/** `tsm web`: opens the page of tsm in a browser. */
export const webCommand: Command = {
  name: "web",
  usage: "[--port PORT] [--read-only] [--no-open]",
  summary: "Open a page with the processes, their logs and charts in a browser",
  description: `
The page is served on 127.0.0.1 by a process of its own, tsm-web-PORT, which is listed, restarted
and logged as any other, and started where it does not run. The link that is printed opens one page
within five minutes; for another one, type this again. On a desktop it is opened in the browser;
over ssh the command is printed that brings the port to where you sit.
With --read-only the process holds a token that may only read, that of 'tsm token read': its pages
can change nothing.`,
  flags: [
    { name: "port", value: "PORT", help: "serve it on PORT; else 4780, or the next that is free" },
    { name: "read-only", help: "let its pages look, and change nothing" },
    { name: "no-open", help: "print the link, and open no browser" },
    { name: "stop", help: "end the page's process, and with it the pages that are open" },
  ],
  examples: [
    { command: "tsm web", does: "open the page, or print the link to it" },
    { command: "tsm web --read-only --port 8000", does: "one to look at, on port 8000" },
    { command: "tsm web --stop", does: "serve it no longer" },
  ],
  async run(args, context) {
    if (args.words.length > 0) {
      throw new Deno.errors.InvalidData(
        `Cannot open a page for '${args.words.join(" ")}': the page shows all; example: tsm web`,
      );
    }
    if (args.has("stop")) return await stop(context);
    const wish = { port: readPort(args.get("port")), isReadOnly: args.has("read-only") };
    // Whoever needs one starts it, also where the page's process is there already.
    await ask(context, pingMessage, {});
    const { name, port, isReadOnly } = await ensureWebProcess(context, wish);
    const token = isReadOnly
      ? (await ask(context, tokenMessage, { kind: "read", renew: false })).token
      : findAddress(context.root)?.token;
    if (token === undefined) {
      throw new Deno.errors.NotConnected("the supervisor has left this moment; try again");
    }
    const now = Math.floor(Date.now() / 1000);
    const url = `http://127.0.0.1:${port}/#${await makeLinkWord({ token, port }, now)}`;
    const variables = givenEnvironment();
    const tunnel = tunnelCommand(variables, port);
    const wantsOpen = !args.has("no-open") && !context.json && hasDesktop(variables);
    const isOpened = wantsOpen && openInBrowser(url);
    if (context.json) {
      const told = { name, port, read_only: isReadOnly, url, expires: now + WORD_LIFETIME };
      return context.print(JSON.stringify({ ...told, tunnel: tunnel ?? null }, null, 2));
    }
    if (tunnel !== undefined) context.say(`Where you sit, first: ${tunnel}`);
    context.print(url);
    context.say(
      `${isOpened ? "Opened in the browser. " : ""}The link opens one page, within five minutes` +
        `${isReadOnly ? "; it may only look" : ""}; 'tsm web --stop' ends ${name}`,
    );
  },
};

async function stop(context: Context): Promise<void> {
  const present = findWebProcess(context.root);
  if (present === undefined) {
    if (context.json) return context.print(JSON.stringify({ stopped: [] }));
    return context.say("No page is served");
  }
  await stopWebProcess(context, present.name);
  if (context.json) context.print(JSON.stringify({ stopped: [present.name] }));
  context.say(`Stopped and removed ${present.name}`);
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new Deno.errors.InvalidData(
    `Cannot serve the page on port '${text}': a port is a number from 1 to 65535; ` +
      "example: tsm web --port 8000",
  );
}
