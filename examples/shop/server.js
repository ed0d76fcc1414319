const { createServer } = require("node:http");
const process = require("node:process");
const { ask } = require("./database.js");

/** What is answered, by path. */
const pages = {
  "/": async () => `You are visitor ${await ask("INCR", "visits")}.\n`,
  "/health": async () => `${await ask("PING")}\n`,
};

const server = createServer(async (request, response) => {
  const page = pages[request.url];
  try {
    response.statusCode = page ? 200 : 404;
    response.end(page ? await page() : "There is nothing here.\n");
  } catch (error) {
    console.error(error.message);
    response.statusCode = 503;
    response.end("The database does not answer.\n");
  }
});
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log("listening"));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
