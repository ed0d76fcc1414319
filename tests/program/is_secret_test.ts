import { assertEquals } from "@std/assert";
import { isSecret } from "../../src/program/is_secret.ts";

Deno.test("a variable is a secret by its name, or by a password in its value", () => {
  const secrets: Readonly<Record<string, string>> = {
    DB_PASSWORD: "x",
    PGPASSWORD: "x",
    MYSQL_PWD: "x",
    API_TOKEN: "x",
    apiToken: "x",
    SESSION_SECRET: "x",
    STRIPE_KEY: "x",
    AWS_ACCESS_KEY_ID: "x",
    PRIVATE_KEY: "x",
    SMTP_PASS: "x",
    SENTRY_DSN: "x",
    DATABASE_URL: "postgres://app:x@db.example/shop",
    REDIS: "redis://:x@127.0.0.1:6379",
  };
  const plain: Readonly<Record<string, string>> = {
    PORT: "3000",
    NODE_ENV: "production",
    DATABASE_URL: "postgres://db.example:5432/shop",
    HOME_PAGE: "https://example.org/a@b",
    KEYBOARD: "de",
    PASSENGERS: "3",
    COMPASS: "north",
    MONKEY: "x",
  };
  const taken = (variables: Readonly<Record<string, string>>) =>
    Object.entries(variables).filter(([name, value]) => isSecret(name, value)).map(([name]) =>
      name
    );
  assertEquals(taken(secrets), Object.keys(secrets));
  assertEquals(taken(plain), []);
});
