// Waits: what a program compiled by Deno holds while it does nothing.
setInterval(() => {}, 1_000_000);
