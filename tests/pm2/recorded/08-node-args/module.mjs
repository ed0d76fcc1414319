import { createRequire } from "node:module";

createRequire(import.meta.url)(process.env.REPORT);
