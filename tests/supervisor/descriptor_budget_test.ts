import { assertEquals } from "@std/assert";
import { testNeeding } from "../test_needing.ts";

testNeeding(
  ["prlimit"],
  "the limit of open files is raised so far that the logs of all processes can be held open",
  async () => {
    const module = new URL("../../src/supervisor/descriptor_budget.ts", import.meta.url).href;
    // In a program of its own, for the limit is the whole program's.
    const script = `
      const { DescriptorBudget } = await import(${JSON.stringify(module)});
      new Deno.Command("prlimit", {
        args: ["--pid", String(Deno.pid), "--nofile=1024:20000"],
      }).outputSync();
      const budget = new DescriptorBudget();
      await budget.look(0);
      const holds = [budget.mayHoldLogs(300)];
      // What starts so many does not raise it: each launch would cost more from then on.
      await budget.makeRoom(300);
      holds.push(budget.mayHoldLogs(300));
      await budget.makeRoomForLogs(300);
      holds.push(budget.mayHoldLogs(300));
      console.log(holds.join(" "));
    `;
    const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", script] }).output();
    assertEquals(new TextDecoder().decode(stdout), "false false true\n");
  },
);
