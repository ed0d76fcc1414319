/** `import"./chunk-….js";` and `export{a as default,b as NAME};` as esbuild writes them. */
const IMPORTS = /^(?:import"\.\/[^"]+";)*/;
const EXPORTS = /export\{([^}]*)\};\s*$/;

/**
 * Packs the text of a bundled module: what it exports stays the same, and its code is compressed
 * until somebody imports it. Deno reads all that a binary holds into memory whenever it starts, 1.5 ms
 * a megabyte, and keeps it there.
 *
 * @param text A module that needs nothing of the modules it imports.
 * @returns a module that unpacks it, in some 10 ms.
 * @throws {Error} if it imports something by name.
 */
export async function packModule(text: string): Promise<string> {
  const code = text.replace(IMPORTS, "");
  const names = EXPORTS.exec(code)?.[1]?.split(",").map((one) => one.split(" as ").at(-1)!);
  if (names === undefined || /^import\b/.test(code)) {
    throw new Error("only a module that imports nothing can be packed");
  }
  const body = new Response(code).body!.pipeThrough(new CompressionStream("gzip"));
  const packed = (await new Response(body).bytes()).toBase64();
  return `const b=new Blob([Uint8Array.fromBase64("${packed}")]).stream();
const u=await new Response(b.pipeThrough(new DecompressionStream("gzip"))).bytes();
const m=await import("data:text/javascript;base64,"+u.toBase64());
${names.map((name, at) => `const e${at}=m.${name};`).join("")}
export{${names.map((name, at) => `e${at} as ${name}`).join(",")}};
`;
}
