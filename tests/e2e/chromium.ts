/**
 * Drives the page of `tsm web` in a real Chromium.
 *
 * @module
 */
import puppeteer, { type Browser, type CDPSession, type Page } from "puppeteer-core";
import { assertEquals } from "@std/assert";
import type { Tsm } from "./harness.ts";

/** Milliseconds until what a page is to show must be seen. */
const PATIENCE = Number(Deno.env.get("WP") ?? 180_000);

/** A Chromium with a profile of its own, which ends with the test. */
export class Chromium implements AsyncDisposable {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<Chromium> {
    const flags = [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--js-flags=--expose-gc",
    ];
    const executablePath = programPath("chromium");
    return new Chromium(await puppeteer.launch({ executablePath, args: flags, timeout: PATIENCE }));
  }

  /** Opens a page by an address. */
  async open(url: string, size: { width: number; height: number } = DESK): Promise<WebPage> {
    const page = await this.#browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    const opened = new WebPage(page);
    await page.setViewport(size);
    await page.goto(url);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }
}

/** The size of a window on a desk, in pixels. */
export const DESK = { width: 1280, height: 800 };
/** That of a small phone. */
export const PHONE = { width: 360, height: 640 };

/** A page that is open. */
export class WebPage {
  readonly page: Page;
  /** What went wrong in it, and what its policy has refused. */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => {
      // Answers that are no success are told there as well.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        this.errors.push(message.text());
      }
    });
  }

  /** What an expression is in the page. */
  async value<T>(expression: string): Promise<T> {
    return await this.page.evaluate(expression) as T;
  }

  /** All that it shows. */
  async text(): Promise<string> {
    return await this.value<string>("document.body.innerText");
  }

  /** Awaits that an expression holds in the page. */
  async until(what: string, expression: string): Promise<void> {
    try {
      await this.page.waitForFunction(expression, { timeout: PATIENCE, polling: 20 });
    } catch (error) {
      throw new Error(`waited in vain for: ${what}; the page shows: ${await this.text()}`, {
        cause: error,
      });
    }
  }

  /** Awaits that the page shows a text. */
  async shows(text: string, selector = "body"): Promise<void> {
    const found = `[...document.querySelectorAll(${JSON.stringify(selector)})]` +
      `.some((element) => element.textContent.includes(${JSON.stringify(text)}))`;
    await this.until(`'${text}' in ${selector}`, found);
  }

  /** Goes to a view of the page. */
  async go(hash: string): Promise<void> {
    await this.value(`location.hash = ${JSON.stringify(hash)}`);
  }

  /** Clicks a button by its name. */
  async click(name: string): Promise<void> {
    const found = `::-p-aria([name="${name}"][role="button"])`;
    try {
      await (await this.page.waitForSelector(found))!.click();
    } catch (error) {
      throw new Error(`cannot click '${name}'; the page shows: ${await this.text()}`, {
        cause: error,
      });
    }
  }

  /** Bytes of its heap in use, after garbage has been collected. */
  async heap(): Promise<number> {
    const session: CDPSession = await this.page.createCDPSession();
    try {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize;
    } finally {
      await session.detach();
    }
  }

  /** Nothing has gone wrong in it, nor been refused by its policy. */
  assertNoErrors(): void {
    assertEquals(this.errors, []);
  }
}

/** The link to a new page. */
export async function linkOf(tsm: Tsm, ...flags: readonly string[]): Promise<string> {
  return JSON.parse(await tsm.ok("web", "--json", ...flags)).url;
}

function programPath(program: string): string {
  const dirs = (Deno.env.get("PATH") ?? "").split(":");
  const found = dirs.map((dir) => `${dir}/${program}`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Deno.errors.NotFound(`${program} is not on the PATH`);
  return found;
}
