// Brings the database to the schema that the app expects; run twice, it does nothing.
const process = require("node:process");
const { ask } = require("./database.js");

async function main() {
  await ask("SETNX", "visits", 0);
  await ask("SET", "schema", 1);
  console.log("the database has schema 1");
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
