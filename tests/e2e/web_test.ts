import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import axe from "axe-core";
import { formatMeta } from "../../src/meta/metadata.ts";
import { makeMeta } from "../meta/make_meta.ts";
import { ROOT_USER, testNeeding } from "../test_needing.ts";
import { Chromium, DESK, linkOf, PHONE, type WebPage } from "./chromium.ts";
import { Tsm, until } from "./harness.ts";

/** Timers that wait as long as this page does between two looks never come: only events are left. */
const ONLY_EVENTS = `
  const { setTimeout: begin, setInterval: repeat } = window;
  window.setTimeout = (work, wait, ...rest) => wait >= 5000 ? 0 : begin(work, wait, ...rest);
  window.setInterval = (work, wait, ...rest) => wait >= 5000 ? 0 : repeat(work, wait, ...rest);
`;

/** The numbers in the lines of a log that are drawn. */
const SHOWN_NUMBERS =
  `[...document.querySelectorAll(".line code")].map((code) => Number(/\\d+/.exec(code.innerText)[0]))`;

/** The texts of the rows that are drawn. */
const ROWS = `[...document.querySelectorAll(".list-body [role=row]")].map((row) => row.innerText)`;

testNeeding(
  ["chromium"],
  "a crash appears in the page by the event alone, without a look in between",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    await tsm.ok("start", "--name", "api", "--exp-backoff", "60s", "sleep 1000");
    const page = await chromium.open("about:blank");
    await page.page.evaluateOnNewDocument(ONLY_EVENTS);
    await page.page.goto(await linkOf(tsm));
    await page.until("api is online", `${ROWS}.some((row) => /api[^]*online/.test(row))`);
    await page.shows("live", "header");
    Deno.kill((await tsm.list()).api!.pid!, "SIGKILL");
    await page.until(
      "api has crashed",
      `${ROWS}.some((row) => /api[^]*(waiting|crash loop)/.test(row))`,
    );
    page.assertNoErrors();
  },
);

testNeeding(
  ["chromium"],
  "the page stops, starts, restarts and scales, asks first, and says what came of it",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    await tsm.ok("start", "--name", "api", "--instances", "2", "sleep 1000");
    const page = await chromium.open(await linkOf(tsm));
    const before = (await tsm.list())["api-1"]!.pid;

    await page.click("Restart api-1");
    await page.shows("Restart api-1?", "dialog");
    await page.page.keyboard.press("Escape");
    await page.until("no dialog", `document.querySelector("dialog") === null`);
    assertEquals((await tsm.list())["api-1"]!.pid, before);

    await page.click("Restart api-1");
    await page.click("Restart");
    await page.shows("Restarted api-1", "[role=status]");
    assertNotEquals((await tsm.list())["api-1"]!.pid, before);

    await page.click("Stop api-1");
    await page.click("Stop");
    await page.shows("Stopped api-1", "[role=status]");
    assertEquals((await tsm.list())["api-1"]!.status, "stopped");
    await page.click("Start api-1");
    await page.shows("Started api-1", "[role=status]");
    assertEquals((await tsm.list())["api-1"]!.status, "online");

    await page.go("#/process/api-0/log");
    await page.click("Reload api-0");
    await page.click("Reload");
    await page.shows("Reloaded api-0", "[role=status]");
    await page.click("Scale api");
    await page.page.waitForSelector("dialog input");
    await page.page.type("dialog input", "3");
    await page.click("Scale");
    await page.shows("api has 3 instances", "[role=status]");
    assertEquals(Object.keys(await tsm.list()).filter((name) => name.startsWith("api")).length, 3);

    // What is refused is told as that.
    await page.go("#/");
    await tsm.ok("delete", "api-2");
    const gone = await page.value<{ status: number }>(ask("/v1/restart", { selectors: ["api-2"] }));
    assertEquals(gone.status, 404);
    page.assertNoErrors();
  },
);

testNeeding(
  ["chromium"],
  "two pages that act at once hold up neither each other nor the process",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    await tsm.ok("start", "--name", "api", "sleep 1000");
    const pages: WebPage[] = [];
    // One behind the other: a page that is not seen draws nothing.
    for (let count = 0; count < 2; count++) {
      const page = await chromium.open(await linkOf(tsm));
      await page.shows("api", ".list-body");
      pages.push(page);
    }
    await Promise.all(pages.map(async (page) => {
      const { status } = await page.value<{ status: number }>(
        ask("/v1/restart", { selectors: ["api"] }),
      );
      assertEquals(status, 200);
    }));
    assertEquals((await tsm.list()).api!.status, "online");
  },
);

testNeeding(
  ["chromium"],
  "a hostile log, command and reason are nothing but text in the page",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    const hostile = [
      '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
      "</code></div><iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
      "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;aGFja2Vk\x07 \x1b[2J\x1b[1;1H \x9b31m",
      "\u202egnp.exe \u2066 \0 \x07 \x7f {{constructor.constructor('hacked=1')()}}",
      `long ${"<b>x".repeat(100_000)}`,
      "the end",
    ].join("\n");
    const file = tsm.write("hostile.log", `${hostile}\n`);
    Deno.writeFileSync(file, new Uint8Array([0xff, 0xfe, 0x80, 0xc3, 0x28, 0x0a]), {
      append: true,
    });
    tsm.write("<b id=owned>.sh", `#!/bin/sh\ncat '${file}'; echo done; exec sleep 1000\n`, 0o755);
    await tsm.ok("start", "--name", "api", "./<b id=owned>.sh");
    const page = await chromium.open(await linkOf(tsm));
    await page.shows("api", ".list-body");
    await page.go("#/process/api/log");
    await page.shows("the end", ".log-lines");
    await page.shows("<img src=x", ".log-lines");
    await page.shows("^[]52;c;", ".log-lines");
    await page.shows("\\u202egnp.exe", ".log-lines");
    await page.shows("red", ".log-lines .c1");
    await page.shows("<b id=owned>.sh", ".facts");
    for (const part of ["settings", "history", "charts"]) await page.go(`#/process/api/${part}`);
    const told = await page.value(`({
    hacked: window.hacked ?? null,
    elements: document.querySelectorAll("img, iframe, script:not([src]), b, #owned").length,
    title: document.title,
  })`);
    assertEquals(told, { hacked: null, elements: 0, title: "api – tsm" });
    page.assertNoErrors();
  },
);

testNeeding(
  ["chromium"],
  "a page goes on where its supervisor is killed and another one comes",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    const lines = "i=0; while :; do i=$((i+1)); echo line $i.; sleep 0.05; done";
    await tsm.ok("start", "--name", "api", "--", "sh", "-c", lines);
    const page = await chromium.open(await linkOf(tsm));
    await page.shows("api", ".list-body");
    await page.go("#/process/api/log");
    await page.until("a line", `${SHOWN_NUMBERS}.length > 0`);
    await tsm.killSupervisor();
    await page.shows("reconnecting", "header");
    await tsm.ok("start", "--name", "other", "sleep 1000");
    await page.shows("live", "header");
    const written = tsm.read("runtime", "processes", "api", "current.out").split("\n").length;
    // Only the last ones are drawn: on a busy machine it may be beyond that one by now.
    await page.until(`line ${written} or a later one`, `${SHOWN_NUMBERS}.at(-1) >= ${written}`);
    // Each line once, and none left out.
    const numbers = await page.value<number[]>(SHOWN_NUMBERS);
    assertEquals(numbers, numbers.map((_, index) => numbers[0]! + index));
    await page.go("#/");
    await page.shows("other", ".list-body");
    page.assertNoErrors();
  },
);

testNeeding(
  ["chromium"],
  "of a thousand processes only the rows that are seen are in the page",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    for (let id = 1; id <= 1000; id++) {
      const name = `p${String(id).padStart(4, "0")}`;
      const dir = tsm.path("runtime", "processes", name);
      Deno.mkdirSync(dir, { recursive: true, mode: 0o700 });
      const stopped = { status: "stopped", pid: null, pid_start: null, start_time: null } as const;
      const meta = makeMeta({ tsm_id: id, name, port: null, env_file: null, cwd: "/", ...stopped });
      Deno.writeTextFileSync(`${dir}/meta.json`, formatMeta(meta));
      const spec = { command: "sleep 1", argv: ["sleep", "1"], cwd: "/" };
      Deno.writeTextFileSync(`${dir}/spec.json`, JSON.stringify(spec), { mode: 0o600 });
    }
    for (const dir of [tsm.root, tsm.path("runtime"), tsm.path("runtime", "processes")]) {
      Deno.chmodSync(dir, 0o700);
    }
    const page = await chromium.open(await linkOf(tsm));
    await page.shows("p0001", ".list-body");
    const counted = "document.querySelectorAll('.list-body [role=row]').length";
    assert(await page.value<number>(counted) < 60);
    assertEquals(await page.value(`document.querySelector("[role=table]").ariaRowCount`), "1002");
    await page.value("document.querySelector('.list-body').scrollTop = 1e6");
    await page.shows("p1000", ".list-body");
    assert(await page.value<number>(counted) < 60);
    await page.page.type("input[type=search]", "p0500");
    await page.until("one row", `${ROWS}.length === 1 && ${ROWS}[0].includes("p0500")`);
    page.assertNoErrors();
  },
);

testNeeding(
  ["chromium"],
  "a flood of log lines freezes no page, and its memory does not grow with it",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    const flood = `n=$1; i=$2; while [ $i -lt $n ]; do i=$((i+1)); ` +
      `echo "line $i. of a flood that is long enough to be one, and some more of it"; done`;
    tsm.write("flood.sh", `${flood}\n`);
    // It goes on when it is told to, and by then the page has seen all before.
    const script = `sh flood.sh 10000 0; until [ -e go ]; do sleep 0.05; done; ` +
      `sh flood.sh 100000 10000; exec sleep 1000`;
    await tsm.ok("start", "--name", "flood", "--log-max-size", "100M", "--", "sh", "-c", script);
    const page = await chromium.open(await linkOf(tsm));
    await page.shows("flood", ".list-body");
    await page.go("#/process/flood/log");
    await page.shows("line 10000.", ".log-lines");
    // As many as are kept: a page that has just been opened has asked for less.
    const before = await heapOfFullLog(page);
    tsm.write("go", "");
    await page.page.type(".log input[type=search]", "line 100000.");
    await page.shows("line 100000.", ".log-lines");
    await page.value(`(() => {
    const search = document.querySelector(".log input[type=search]");
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
  })()`);
    await page.shows("line 99999.", ".log-lines");
    // What the last lines have left behind is collected in steps.
    let after = Infinity;
    await until(
      `a heap of ${before} bytes as after 10,000 lines`,
      async () => (after = Math.min(after, await page.heap())) <= before * 1.1,
    );
    assert(await page.value<number>("document.querySelectorAll('.line').length") < 200);
    page.assertNoErrors();
  },
);

/** The heap once the page keeps as many lines as it ever does. */
async function heapOfFullLog(page: WebPage): Promise<number> {
  await page.value("location.reload()");
  await page.shows("line 10000.", ".log-lines");
  return await page.heap();
}

testNeeding(
  ["chromium"],
  "a page opens by its link once, and ends where its token is withdrawn",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    await tsm.ok("start", "--name", "api", "sleep 1000");
    const link = await linkOf(tsm, "--read-only");
    const page = await chromium.open(link);
    await page.shows("api", ".list-body");
    await page.shows("read only", "header");
    assertEquals(await page.value("location.href"), new URL("/", link).href);
    // It may look, and has nothing to act with.
    assertEquals(await page.value(`document.querySelectorAll(".actions").length`), 0);
    const acted = await page.value<{ status: number }>(
      ask("/v1/stop", { selectors: ["api"], keep: true }),
    );
    assertEquals(acted.status, 403);
    assertEquals((await tsm.list()).api!.status, "online");
    // A reload keeps its session; the link opens nothing any more, a wrong one neither.
    await page.page.reload();
    await page.shows("api", ".list-body");
    for (const used of [link, `${new URL("/", link).href}#1.2.3`]) {
      const other = await chromium.open(used);
      await other.shows("The link has been used", "[role=alert]");
    }
    const without = await chromium.open(new URL("/", link).href);
    await without.shows("This page is opened by a link.", "[role=alert]");

    await tsm.ok("token", "read", "--renew");
    await page.page.bringToFront();
    await page.shows("withdrawn", "[role=alert]");
    const next = await chromium.open(await linkOf(tsm));
    await next.shows("api", ".list-body");
  },
);

testNeeding(
  ["chromium"],
  "the page of another site can neither ask, nor act, nor show this page",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    await tsm.ok("start", "--name", "api", "sleep 1000");
    const own = await chromium.open(await linkOf(tsm));
    await own.shows("api", ".list-body");
    const session = await own.value<string>(
      `JSON.parse(sessionStorage.getItem("tsm-session")).session`,
    );
    const base = await own.value<string>("location.origin");
    await using site = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () =>
        new Response(`<!doctype html><iframe src="${base}/"></iframe>`, {
          headers: { "content-type": "text/html" },
        }),
    );
    const other = await chromium.open(`http://localhost:${site.addr.port}/`);
    const tried = await other.value(`(async () => {
    const headers = { authorization: "Bearer ${session}", "content-type": "application/json" };
    const body = JSON.stringify({ selectors: ["api"], keep: true });
    const tries = [
      fetch("${base}/v1/stop", { method: "POST", headers, body }),
      fetch("${base}/v1/stop", { method: "POST", mode: "no-cors", body }),
      fetch("${base}/v1/processes", { headers }),
      fetch("${base}/", {}),
    ];
    const results = await Promise.allSettled(tries);
    return results.map(({ status, value }) => value?.type === "opaque" ? "opaque" : status);
  })()`);
    assertEquals(tried, ["rejected", "rejected", "rejected", "rejected"]);
    assertEquals((await tsm.list()).api!.status, "online");
    await until(
      "the frame was refused",
      () => other.errors.some((error) => error.includes("frame-ancestors")),
    );
  },
);

testNeeding(
  ["chromium"],
  "the page works by keyboard alone, and on a phone nothing stands out of it",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    const long = "a-name-of-a-length-that-needs-its-room-0123456789-0123456789";
    await tsm.ok("start", "--name", long, "sleep 1000");
    const page = await chromium.open(await linkOf(tsm));
    await page.shows(long, ".list-body");
    await page.page.focus("input[type=search]");
    const focused = () => page.value<string>("document.activeElement.textContent");
    for (let presses = 0; await focused() !== long; presses++) {
      assert(presses < 30, "Tab never comes to the process");
      await page.page.keyboard.press("Tab");
    }
    await page.page.keyboard.press("Enter");
    await page.shows(long, "h1");
    await page.page.focus("[aria-label^='Stop ']");
    await page.page.keyboard.press("Enter");
    await page.shows("Stop", "dialog");
    await page.page.keyboard.press("Escape");
    await page.until("no dialog", `document.querySelector("dialog") === null`);
    assertEquals(await focused(), "Stop");

    await page.page.setViewport(PHONE);
    for (const view of ["", "process/" + long + "/log", `process/${long}/charts`, "report"]) {
      await page.go(`#/${view}`);
      await page.until("the view", "document.querySelector('main h1') !== null");
      const wide = await page.value<number>("document.documentElement.scrollWidth");
      assertEquals([view, wide], [view, PHONE.width]);
    }
    page.assertNoErrors();
  },
);

Deno.test("the token goes to nobody who listens where a supervisor did that has died", async () => {
  await using tsm = new Tsm();
  const { origin, hash } = new URL(await linkOf(tsm));
  const body = JSON.stringify(hash.slice(1));
  const { session } = await (await fetch(`${origin}/session`, { method: "POST", body })).json();
  const { port } = JSON.parse(tsm.read("runtime", "supervisor.json"));
  await tsm.killSupervisor();
  const sent: string[] = [];
  await using _other = Deno.serve({ port, hostname: "127.0.0.1", onListen() {} }, ({ headers }) => {
    sent.push(headers.get("authorization") ?? "");
    return new Response();
  });
  const headers = { authorization: `Bearer ${session}` };
  const answer = await fetch(`${origin}/v1/processes`, { headers });
  assertEquals([answer.status, (await answer.json()).kind, sent], [503, "unavailable", []]);
});

/** Sends a request from another program: its arguments are the port and the request. */
const SEND = 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf %s "$2" >&3 && cat <&3';

testNeeding(
  ["setpriv", "bash", ROOT_USER],
  "the word of a link opens nothing for another user of the machine",
  async () => {
    await using tsm = new Tsm();
    const { host, port, hash } = new URL(await linkOf(tsm));
    const body = JSON.stringify(hash.slice(1));
    const request = `POST /session HTTP/1.1\r\nHost: ${host}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`;
    const open = async (...as: readonly string[]) => {
      const [program, ...args] = [...as, "/bin/bash", "-c", SEND, "bash", port, request];
      const { stdout } = await new Deno.Command(program!, { args, cwd: "/" }).output();
      return new TextDecoder().decode(stdout);
    };
    const other = await open("setpriv", "--reuid=65534", "--clear-groups");
    assertStringIncludes(other, "HTTP/1.1 403 ");
    assertStringIncludes(other, "by a program of another user of this machine");
    // And so it is still good for who it is for.
    assertStringIncludes(await open(), "HTTP/1.1 200 ");
  },
);

testNeeding(
  ["chromium"],
  "who cannot see the pages, or only in the dark or on a phone, is told what they show",
  async () => {
    await using tsm = new Tsm();
    await using chromium = await Chromium.launch();
    const script =
      "printf '\\033[32mgreen\\033[0m \\033[33;1myellow\\033[0m \\033[44mblue\\033[0m\\n';" +
      "echo wrong >&2; exec sleep 1000";
    await tsm.ok("start", "--name", "api", "--namespace", "shop", "--", "sh", "-c", script);
    // Once it has come up it may fail: what never does is refused.
    const breaks = "until [ -e go ]; do sleep 0.05; done; exit 1";
    await tsm.ok("start", "--name", "broken", "--exp-backoff", "60s", "--", "sh", "-c", breaks);
    tsm.write("go", "");
    const page = await chromium.open(await linkOf(tsm));
    await page.shows("broken", ".list-body");
    await page.value(`${axe.source}; undefined`);
    const views = {
      "": "broken",
      "process/api/log": "yellow",
      "process/api/charts": "A week",
      "process/api/history": "online",
      "process/broken/settings": "exp_backoff",
      "report": "Longest outage",
    };
    const found: unknown[] = [];
    for (const [scheme, size] of [["light", DESK], ["dark", PHONE]] as const) {
      await page.page.setViewport(size);
      await page.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      for (const [view, text] of Object.entries(views)) {
        await page.go(`#/${view}`);
        await page.shows(text, "main");
        found.push(...await page.value<unknown[]>(violations(`${scheme} ${view}`)));
      }
      await page.go("#/process/api/log");
      await page.click("Stop api");
      await page.shows("Stop api?", "dialog");
      found.push(...await page.value<unknown[]>(violations(`${scheme} dialog`)));
      await page.page.keyboard.press("Escape");
    }
    assertEquals(found, []);
  },
);

/** What axe-core finds wrong in the page as it is. */
function violations(view: string): string {
  return `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => [${
    JSON.stringify(view)
  }, id, ...nodes.map((node) => node.html)]))`;
}

/** Asks from within a page, with its session. */
function ask(path: string, body: unknown): string {
  return `(async () => {
    const { session } = JSON.parse(sessionStorage.getItem("tsm-session"));
    const answer = await fetch(${JSON.stringify(path)}, {
      method: "POST",
      headers: { authorization: "Bearer " + session, "content-type": "application/json" },
      body: ${JSON.stringify(JSON.stringify(body))},
    });
    return { status: answer.status, body: await answer.json() };
  })()`;
}
