const { createServer, request } = require("node:http");
const process = require("node:process");

const sites = process.env.SITES.split(",").map((site) => site.split(":"));
let turn = 0;

const server = createServer((incoming, outgoing) => {
  if (incoming.url === "/health") return outgoing.end("all is well\n");
  const [host, port] = sites[turn++ % sites.length];
  const { method, url: path, headers } = incoming;
  const forwarded = request({ host, port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  forwarded.on("error", () => {
    if (!outgoing.headersSent) outgoing.writeHead(502);
    outgoing.end("The site does not answer.\n");
  });
  incoming.pipe(forwarded);
});
server.listen(Number(process.env.PORT), process.env.HOST, () => console.log("listening"));
process.on("SIGINT", () => server.close(() => process.exit(0)));
