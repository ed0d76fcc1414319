module.exports = {
  apps: [
    { name: "built", script: "./dist", env: { NODE_ENV: "production" } },
    { name: "here", script: ".", env: { PORT: 23118 } },
    { name: "no-ending", script: "./bin/www" },
    { name: "npm-by-node", script: "npm", interpreter: "node", args: "run start" },
  ],
};
