import { assertEquals } from "@std/assert";
import { parseOldEnvironment } from "../../src/migrate/old_environment.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("an .env may hold values of several lines, functions and PEM blocks", () => {
  const pem = "-----BEGIN KEY-----\nAbcd==\nX=1\n-----END KEY-----";
  const { envFile, variables } = parseOldEnvironment(bytes(
    `TSM_ENV_FILE="/a b/.env"\nONE=1\nTEXT=first\nsecond line\n\nBASH_FUNC_f%%=() {  echo hi;\n X=1\n}\n` +
      `KEY=${pem}\nspring.profiles.active=dev\nLAST=\n`,
  ));
  assertEquals(envFile, "/a b/.env");
  assertEquals(variables, {
    ONE: "1",
    TEXT: "first\nsecond line\n",
    "BASH_FUNC_f%%": "() {  echo hi;\n X=1\n}",
    KEY: pem,
    "spring.profiles.active": "dev",
    LAST: "",
  });
});

Deno.test("the living process tells where a value with assignments in it ends", () => {
  const text = bytes("LINES_OF=a=1\nb=2\nNEXT=3\n");
  assertEquals(parseOldEnvironment(text).variables, { LINES_OF: "a=1", b: "2", NEXT: "3" });
  const environ = bytes("LINES_OF=a=1\nb=2\0NEXT=3\0");
  assertEquals(parseOldEnvironment(text, environ).variables, { LINES_OF: "a=1\nb=2", NEXT: "3" });
});

Deno.test("a value that is not UTF-8 is dropped and named, and blurs no other", () => {
  const text = Uint8Array.of(...bytes("A=ä\nB=x"), 0xff, 0x80, ...bytes("\nC=€\n"));
  assertEquals(parseOldEnvironment(text), {
    envFile: null,
    variables: { A: "ä", C: "€" },
    dropped: ["B"],
  });
});
