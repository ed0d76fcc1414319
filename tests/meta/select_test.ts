import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Meta } from "../../src/meta/metadata.ts";
import { type Groups, select, selectAll } from "../../src/meta/select.ts";
import { makeMeta } from "./make_meta.ts";

const METAS: readonly Meta[] = [
  makeMeta({ tsm_id: 1, name: "api-3000", pid: 101, port: 3000 }),
  makeMeta({ tsm_id: 2, name: "api-3001", pid: 102, port: 3001 }),
  makeMeta({ tsm_id: 3, name: "web", pid: 103, port: 8080 }),
  makeMeta({ tsm_id: 4, name: "worker", pid: null, port: null }),
];

const NAMESPACES: Readonly<Record<string, string>> = { "api-3000": "shop", worker: "shop" };

function groupsOf(name: string): Groups {
  return { namespace: NAMESPACES[name] ?? "default", app: null };
}

function names(selector: string, metas = METAS): readonly string[] {
  const selected = select(selector, metas, groupsOf);
  assert(selected.kind === "found", `${selector}: ${selected.kind}`);
  return selected.metas.map(({ name }) => name);
}

Deno.test("'all' selects all, also where there is none", () => {
  assertEquals(names("all").length, 4);
  assertEquals(names("all", []), []);
});

Deno.test("each rule selects", () => {
  assertEquals(names("3"), ["web"], "by id");
  assertEquals(names("web"), ["web"], "by name");
  assertEquals(names("/^api-/"), ["api-3000", "api-3001"], "by regex");
  assertEquals(names("/WORK/i"), ["worker"], "by regex, whatever the case");
  assertEquals(names("shop"), ["api-3000", "worker"], "by namespace");
  assertEquals(names("102"), ["api-3001"], "by pid");
  assertEquals(names("8080"), ["web"], "by port");
  assertEquals(names("wo"), ["worker"], "by the unique beginning of a name");
});

Deno.test("an id goes before a pid and a port of the same number", () => {
  const metas = [
    makeMeta({ tsm_id: 1, name: "a", pid: 3000, port: null }),
    makeMeta({ tsm_id: 2, name: "b", pid: 7, port: 3000 }),
    makeMeta({ tsm_id: 3000, name: "c", pid: 8, port: null }),
  ];
  assertEquals(names("3000", metas), ["c"]);
  assertEquals(names("3000", metas.slice(0, 2)), ["a"], "a pid goes before a port");
  assertEquals(names("3000", metas.slice(1, 2)), ["b"]);
});

Deno.test("a name goes before a namespace, which goes before a name's beginning", () => {
  const metas = [
    makeMeta({ tsm_id: 1, name: "shop", pid: null }),
    makeMeta({ tsm_id: 2, name: "shopping", pid: null }),
    makeMeta({ tsm_id: 3, name: "worker", pid: null }),
  ];
  assertEquals(names("shop", metas), ["shop"]);
  assertEquals(names("shop", metas.slice(1)), ["worker"]);
  assertEquals(names("shop", metas.slice(1, 2)), ["shopping"]);
});

Deno.test("the name that was given goes before numbers, patterns and namespaces", () => {
  const metas = [
    makeMeta({ tsm_id: 1, name: "shop-3000", pid: 101, port: 3000 }),
    makeMeta({ tsm_id: 2, name: "shopping", pid: null, port: null }),
    makeMeta({ tsm_id: 3, name: "worker", pid: null, port: null }),
  ];
  const inShop = (name: string): Groups => ({
    namespace: name === "worker" ? "shop" : "default",
    app: null,
  });
  const selected = select("shop", metas, inShop);
  assert(selected.kind === "found");
  assertEquals(selected.by, "app");
  assertEquals(selected.metas.map(({ name }) => name), ["shop-3000"]);
});

Deno.test("a word that is a name and a namespace of others is refused for a change", () => {
  const metas = [
    makeMeta({ tsm_id: 4, name: "shop-3000", pid: 101, port: 3000 }),
    makeMeta({ tsm_id: 5, name: "worker", pid: null, port: null }),
  ];
  const inShop = (name: string): Groups => ({
    namespace: name === "worker" ? "shop" : "default",
    app: null,
  });
  assertThrows(
    () => selectAll("stop", ["shop"], metas, inShop, { isChange: true }),
    Deno.errors.InvalidData,
    "Cannot stop 'shop': it is the name of shop-3000, and the namespace of worker; " +
      "give the ids: 4 for the name, 5 for the namespace",
  );
  // Who only looks gets what is called so.
  assertEquals(selectAll("show", ["shop"], metas, inShop).map(({ name }) => name), ["shop-3000"]);
  // A namespace that holds nothing else is no other reading.
  const alone = () => ({ namespace: "shop", app: null });
  const only = selectAll("stop", ["shop"], metas.slice(0, 1), alone, { isChange: true });
  assertEquals(only.map(({ name }) => name), ["shop-3000"]);
});

Deno.test("a number may be the beginning of a name", () => {
  assertEquals(names("77", [makeMeta({ name: "77th-street", pid: 1, port: null })]), [
    "77th-street",
  ]);
});

Deno.test("a beginning that several names have is ambiguous", () => {
  assertEquals(select("api", METAS, groupsOf), {
    kind: "ambiguous",
    candidates: ["api-3000", "api-3001"],
  });
});

Deno.test("the name of an app selects all its instances", () => {
  const appOf = (name: string) => ({
    namespace: "default",
    app: name.startsWith("api") ? "api" : null,
  });
  const selected = select("api", METAS, appOf);
  assert(selected.kind === "found");
  assertEquals(selected.metas.map(({ name }) => name), ["api-3000", "api-3001"]);
});

Deno.test("a process without pid or port is not selected by the lack of one", () => {
  assertEquals(select("0", METAS, groupsOf), { kind: "none" });
  assertEquals(select("null", METAS, groupsOf), { kind: "none" });
});

Deno.test("a regex that matches no name selects nothing, nor does a word", () => {
  assertEquals(select("/^pi/", METAS, groupsOf), { kind: "none" });
  assertEquals(select("nobody", METAS, groupsOf), { kind: "none" });
  assertEquals(select("WEB", METAS, groupsOf), { kind: "none" });
});

Deno.test("a namespace is asked for only when it could decide", () => {
  const never = (name: string): Groups => {
    throw new Error(`asked for the namespace of ${name}`);
  };
  for (const selector of ["all", "1", "web", "/api/", "/nothing/"]) select(selector, METAS, never);
});

Deno.test("a regex that does not parse is refused with an example", () => {
  assertThrows(() => names("/a(/"), Deno.errors.InvalidData, "an example of the right form");
});

Deno.test("an empty word selects nothing, rather than everything", () => {
  assertThrows(() => names(""), Deno.errors.InvalidData, "pass a name");
});

Deno.test("several selectors give each process once", () => {
  const selected = selectAll("stop", ["web", "3", "/w/"], METAS, groupsOf);
  assertEquals(selected.map(({ name }) => name), ["web", "worker"]);
});

Deno.test("a selector without a match fails the whole request, and says which", () => {
  assertThrows(
    () => selectAll("stop", ["web", "nobody"], METAS, groupsOf),
    Deno.errors.NotFound,
    "Cannot stop 'nobody': no such process; 'tsm ls' lists what there is",
  );
});

Deno.test("an ambiguous selector lists its candidates and names a way out", () => {
  assertThrows(
    () => selectAll("stop", ["api"], METAS, groupsOf),
    Deno.errors.InvalidData,
    "Cannot stop 'api': it could mean api-3000, api-3001; name one, or /^api/ for all of them",
  );
});
