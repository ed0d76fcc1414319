import { assertEquals } from "@std/assert";
import { versionOrder } from "../src/version_order.ts";

/** Each older than the next; those of section 11 of Semantic Versioning 2.0.0 among them. */
const ASCENDING = [
  "0.1.0",
  "0.1.1",
  "0.2.0-alpha",
  "0.2.0-alpha.1",
  "0.2.0-alpha.beta",
  "0.2.0-beta.2",
  "0.2.0-beta.11",
  "0.2.0-rc.1",
  "0.2.0",
  "0.10.0",
  "1.0.0",
];

Deno.test("versions are ordered as Semantic Versioning orders them, pre-releases before the release", () => {
  for (const [index, version] of ASCENDING.entries()) {
    for (const [other, than] of ASCENDING.entries()) {
      const expected = index < other ? "older" : index > other ? "newer" : "same";
      assertEquals(versionOrder(version, than), expected, `${version} to ${than}`);
    }
  }
});

Deno.test("builds of one version have no order, and what is no version is taken for newer", () => {
  assertEquals(versionOrder("0.2.0+build.7", "0.2.0+build.10"), "same");
  for (const odd of ["", "next", "0.2"]) assertEquals(versionOrder(odd, "0.2.0"), "newer");
});
