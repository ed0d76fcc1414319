module.exports = {
  apps: [
    {
      name: "blog",
      script: "app.js",
      env: { COMMON_VARIABLE: "true" },
      env_production: { NODE_ENV: "production" },
    },
  ],
  deploy: {
    production: {
      user: "deploy",
      host: ["web1.example.net", "web2.example.net"],
      ref: "origin/main",
      repo: "git@example.net:blog.git",
      path: "/var/www/blog",
      "post-deploy": "npm ci && pm2 reload ecosystem.config.cjs --env production",
      env: { RELEASE_CHANNEL: "stable" },
    },
  },
};
