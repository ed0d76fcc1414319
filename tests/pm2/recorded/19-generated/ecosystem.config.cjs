const fs = require("fs");
const path = require("path");

const { version } = JSON.parse(fs.readFileSync(path.join(__dirname, "package.json"), "utf8"));
const services = require("./services.js");

module.exports = services.map(({ name, port, ...rest }) => ({
  name: `${name}-service`,
  script: path.join(__dirname, "service.js"),
  namespace: "backend",
  args: ["--service", name],
  env: {
    SERVICE: name,
    SERVICE_PORT: port,
    VERSION: version,
    NOTHING: null,
    FEATURES: { search: true },
    HOSTS: ["a", "b"],
  },
  ...rest,
}));
