import { assertEquals } from "@std/assert";
import { watchFilter } from "../../../src/supervisor/triggers/watch_filter.ts";

const HOME = "/srv/app/state";

function watched(path: string, ignore: string[] = [], paths = ["/srv/app"]): string | undefined {
  return watchFilter({ paths, ignore, debounce: 200 }, HOME)(path);
}

Deno.test("what is below a watched directory is watched, and a watched file itself", () => {
  assertEquals(watched("/srv/app/src/main.js"), "src/main.js");
  assertEquals(watched("/srv/apple/main.js"), undefined);
  assertEquals(watched("/srv/app/main.js", [], ["/srv/app/main.js"]), "main.js");
  assertEquals(watched("/srv/app/other.js", [], ["/srv/app/main.js"]), undefined);
});

Deno.test("hidden files, node_modules, editors' own files and tsm's are not", () => {
  for (
    const path of [
      ".git/index",
      "a/.env",
      "node_modules/x/y.js",
      "main.js~",
      "4913",
      ".main.js.swp",
    ]
  ) assertEquals(watched(`/srv/app/${path}`), undefined, path);
  assertEquals(watched(`${HOME}/runtime/supervisor.json`), undefined);
  // What is hidden itself may be watched when it is named.
  assertEquals(watched("/srv/.hidden/main.js", [], ["/srv/.hidden"]), "main.js");
});

Deno.test("an ignore glob fits a path, the beginning of one, or a name in it", () => {
  for (
    const glob of ["*.log", "**/*.log", "logs", "./logs/", "logs/**", "/srv/app/logs", "l{o,u}gs"]
  ) {
    assertEquals(watched("/srv/app/logs/out.log", [glob]), undefined, glob);
    assertEquals(watched("/srv/app/src/main.js", [glob]), "src/main.js", glob);
  }
  assertEquals(watched("/srv/app/src/logs/x.js", ["logs/*"]), "src/logs/x.js");
});
