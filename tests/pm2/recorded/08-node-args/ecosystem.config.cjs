module.exports = {
  apps: [
    {
      name: "renderer",
      script: "render.js",
      node_args: "--max-old-space-size=512 --no-warnings",
      args: "--title 'two words' --depth 3",
      time: true,
    },
    {
      name: "indexer",
      script: "render.js",
      node_args: ["--no-deprecation"],
      interpreter: "node",
      args: ["--title", "two words"],
    },
    { name: "esm", script: "module.mjs", interpreter_args: "--trace-warnings" },
  ],
};
