import puppeteer from "puppeteer-core";

/** Milliseconds until a view has come to rest. */
const REST = 3000;

/**
 * Takes pictures of the page of `tsm web`, in Debian's Chromium.
 *
 * @param url The link that opens it.
 * @param views The view of each picture, as it stands behind `#`, by the path of the picture.
 */
export async function drawPage(
  url: string,
  views: Readonly<Record<string, string>>,
): Promise<void> {
  const browser = await puppeteer.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1160, height: 560, deviceScaleFactor: 1.5 });
    await page.goto(url);
    await page.waitForSelector(".list-body");
    for (const [path, view] of Object.entries(views)) {
      await page.evaluate(`location.hash = ${JSON.stringify(view)}`);
      await new Promise((resolve) => setTimeout(resolve, REST));
      await page.screenshot({ path: path as `${string}.png` });
      console.log(path);
    }
  } finally {
    await browser.close();
  }
}
