/** Prints the permission flags, for the tasks in `deno.json`. */
import { PERMISSION_FLAGS } from "../src/permissions.ts";

console.log(PERMISSION_FLAGS.join(" "));
