/**
 * A server with releases, as `install.sh` expects them, whose tsm is a script that prints its version.
 *
 * @module
 */
import { join } from "@std/path/posix";
import { packArchive } from "../../scripts/release/archive.ts";
import { TARGETS } from "../../scripts/release/targets.ts";

const DOCUMENTS = {
  manPage: ".TH TSM 1\n",
  completions: { bash: "# bash\n", zsh: "#compdef tsm\n", fish: "# fish\n" },
  licence: "MIT\n",
  notices: "none\n",
};

/** The file for the machine that runs the tests. */
export function archiveName(version: string): string {
  const target = TARGETS.find(({ name }) => name === `${Deno.build.arch}-linux`)!;
  return `tsm-${version}-${target.name}.tar.gz`;
}

/** Releases on 127.0.0.1, of which the last published is the latest. */
export class ReleaseServer implements AsyncDisposable {
  readonly url: string;
  /** What is answered by path. */
  readonly files = new Map<string, Uint8Array<ArrayBuffer> | string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      const file = this.files.get(decodeURIComponent(new URL(request.url).pathname));
      return file === undefined ? new Response("", { status: 404 }) : new Response(file);
    });
    this.url = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Publishes a version for both processors. */
  async publish(version: string): Promise<void> {
    const dir = await Deno.makeTempDir();
    try {
      const binary = join(dir, "tsm");
      await Deno.writeTextFile(binary, `#!/bin/sh\necho "tsm ${version}"\n`);
      let sums = "";
      for (const { name } of TARGETS) {
        const contents = { version, binary, documents: DOCUMENTS, changed: 1_700_000_000 };
        const file = await packArchive(dir, `tsm-${version}-${name}`, contents);
        const bytes = await Deno.readFile(join(dir, file));
        const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
        sums += `${sum}  ${file}\n`;
        this.#put(version, file, bytes);
      }
      this.#put(version, "SHA256SUMS", sums);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  }

  /** Changes what is answered for a file of a version. */
  change<File extends Uint8Array<ArrayBuffer> | string>(
    version: string,
    file: string,
    change: (file: File) => File,
  ): void {
    this.#put(version, file, change(this.files.get(`/download/v${version}/${file}`) as File));
  }

  #put(version: string, file: string, content: Uint8Array<ArrayBuffer> | string): void {
    this.files.set(`/download/v${version}/${file}`, content);
    this.files.set(`/latest/download/${file}`, content);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
