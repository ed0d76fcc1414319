/**
 * Saves a list of one process, named by the argument, in the root that is the
 * working directory: the program that `save_kill_test.ts` kills.
 *
 * @module
 */
import { saveList } from "../../src/persist/save_list.ts";
import { runtimeRoot } from "../../src/root.ts";
import { stateOf } from "./saved_fixture.ts";

saveList(runtimeRoot("."), [stateOf(Deno.args[0]!)], { force: false });
