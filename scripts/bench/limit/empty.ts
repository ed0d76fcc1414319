// Nothing: what a program compiled by Deno costs before it does anything.
export {};
