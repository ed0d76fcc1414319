import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { runtimeRoot } from "../../src/root.ts";
import { minutes, writeHistory, writeMetrics } from "../db/make_db.ts";
import { testNeeding } from "../test_needing.ts";
import { Tsm } from "./harness.ts";

/** Measured in the page, in an iframe as wide as a phone and one as wide as a desk. */
const PROBE = `
const told = [...document.querySelectorAll("iframe")].map((frame) => {
  const page = frame.contentDocument;
  const root = page.documentElement;
  return {
    room: root.clientWidth,
    width: root.scrollWidth,
    sections: page.querySelectorAll("section").length,
    plots: [...page.querySelectorAll(".plot svg")].map((svg) => {
      const { width, height } = svg.getBoundingClientRect();
      const area = svg.querySelector(".area").getBBox();
      return [width, height, area.width, area.height].every((size) => size > 20);
    }),
    outages: page.querySelectorAll(".strip rect").length,
    letters: parseFloat(frame.contentWindow.getComputedStyle(page.querySelector("dd")).fontSize),
    resources: frame.contentWindow.performance.getEntriesByType("resource").length,
  };
});
const pre = document.createElement("pre");
pre.id = "told";
pre.textContent = JSON.stringify(told);
document.body.append(pre);
`;

async function reportPage(tsm: Tsm): Promise<string> {
  const root = runtimeRoot(tsm.root);
  for (const name of ["events", "metrics", "history"]) {
    Deno.mkdirSync(tsm.path("db", name), { recursive: true });
  }
  const now = Math.floor(Date.now() / 1000);
  const since = now - 2 * 86_400;
  for (const name of ["web-3000", "a-name-of-a-length-that-needs-its-room-0123456789-0123456789"]) {
    writeHistory(root, name, [
      { time: since, event: "start", pid: 1 },
      { time: since + 3600, event: "crash", pid: 1, exit_signal: "<b>&\"'", uptime: 3600 },
      { time: since + 7200, event: "restart", pid: 2 },
      { time: now - 60, event: "stop", pid: 2 },
    ]);
    const use = (time: number) => ({ cpu: time % 50, mem: 50_000 + time % 10_000 });
    writeMetrics(root, minutes(name, since, now, use));
  }
  return await tsm.ok("report", "--html");
}

Deno.test("the page of a report needs nothing from elsewhere, and what it tells is only text", async () => {
  await using tsm = new Tsm();
  const page = await reportPage(tsm);
  assert(page.startsWith("<!doctype html>"));
  assertNotMatch(page, /\b(?:src|srcset)=|url\(|@import|<script|<link|https?:/i);
  assertStringIncludes(page, "1 × &lt;b&gt;&amp;&quot;&#39;");
  assertStringIncludes(await tsm.fails(64, "report", "--html", "--json"), "exclude each other");
});

testNeeding(
  ["chromium"],
  "a real browser shows the page of a report, on a phone and on a desk",
  async () => {
    await using tsm = new Tsm();
    // The page forbids scripts; the one that measures it is ours.
    tsm.write("page.html", await reportPage(tsm));
    const frame = (width: number) =>
      `<iframe src="page.html" width="${width}" height="800"></iframe>`;
    const probe = `<body>${frame(360)}${frame(1200)}<script>onload = () => {${PROBE}}</script>`;
    const path = tsm.write("probe.html", probe);
    const { stdout } = await new Deno.Command("chromium", {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--allow-file-access-from-files",
        `--user-data-dir=${tsm.work}/profile`,
        "--dump-dom",
        `file://${path}`,
      ],
      stdin: "null",
    }).output();
    const dom = new TextDecoder().decode(stdout);
    const told = /<pre id="told">(.*?)<\/pre>/s.exec(dom)?.[1];
    assert(told !== undefined, `the browser says: ${dom.slice(0, 2000)}`);
    const measured = JSON.parse(told);
    assertEquals(measured.length, 2);
    for (const { room, width, sections, plots, outages, letters, resources } of measured) {
      assert(width <= room, `${width} wide, and there is room for ${room}`);
      assertEquals([sections, plots, outages], [2, [true, true, true, true], 2]);
      assert(letters >= 14, `${letters} px`);
      assertEquals(resources, 0);
    }
  },
);
