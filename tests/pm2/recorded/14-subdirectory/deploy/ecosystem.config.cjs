const path = require("path");

module.exports = {
  apps: [
    { name: "placed", script: "server.js", cwd: path.resolve(__dirname, "..") },
    { name: "unplaced", script: "server.js" },
  ],
};
