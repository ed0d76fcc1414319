module.exports = {
  apps: [
    { script: "npm run worker -- --queue mail", env: { QUEUE: "mail" } },
    { script: "npm run clock" },
    { name: "piped", script: "MODE=quiet node job.js 'two words' | cat" },
  ],
};
