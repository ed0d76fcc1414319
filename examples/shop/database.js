const { Buffer } = require("node:buffer");
const { connect } = require("node:net");
const process = require("node:process");

/** Asks Redis one command; gives the first line of its answer, without the sign of its type. */
exports.ask = (...words) =>
  new Promise((resolve, reject) => {
    const { DATABASE_HOST, DATABASE_PORT } = process.env;
    const socket = connect(Number(DATABASE_PORT), DATABASE_HOST);
    const parts = words.map(String).map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    let answer = "";
    socket.on("error", reject);
    socket.on("connect", () => socket.write(`*${words.length}\r\n${parts.join("")}`));
    socket.on("data", (data) => {
      answer += data;
      if (!answer.includes("\r\n")) return;
      socket.end();
      const [line] = answer.split("\r\n");
      if (line.startsWith("-")) reject(new Error(line.slice(1)));
      else resolve(line.slice(1));
    });
  });
