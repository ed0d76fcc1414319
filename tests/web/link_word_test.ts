import { assertEquals, assertNotEquals } from "@std/assert";
import { makeLinkWord, readLinkWord, WORD_LIFETIME } from "../../src/web/link_word.ts";
import { Sessions } from "../../src/web/sessions.ts";

const NOW = 1_700_000_000;
const PURPOSE = { token: "a".repeat(64), port: 4780 };

Deno.test("the word of a link is right for its token, its port and five minutes alone", async () => {
  const word = await makeLinkWord(PURPOSE, NOW);
  const read = (purpose: typeof PURPOSE, now: number, text = word) =>
    readLinkWord(text, purpose, now);
  assertEquals((await read(PURPOSE, NOW + 10))?.expires, NOW + WORD_LIFETIME);
  assertEquals(await read(PURPOSE, NOW + WORD_LIFETIME + 1), undefined);
  assertEquals(await read(PURPOSE, NOW - 3600), undefined);
  assertEquals(await read({ ...PURPOSE, port: 4781 }, NOW), undefined);
  assertEquals(await read({ ...PURPOSE, token: "b".repeat(64) }, NOW), undefined);
  const later = word.replace(/^\d+/, String(NOW + WORD_LIFETIME - 1));
  for (const wrong of [later, "", "1.2.3", `${word}0`, word.toUpperCase(), "a".repeat(10_000)]) {
    assertEquals(await read(PURPOSE, NOW, wrong), undefined, wrong.slice(0, 100));
  }
});

Deno.test("a word opens one session, which ends when it has not been used for a week", async () => {
  const sessions = new Sessions();
  const word = await makeLinkWord(PURPOSE, NOW);
  const session = await sessions.open(word, PURPOSE, NOW);
  assertEquals(await sessions.open(word, PURPOSE, NOW), undefined);
  const other = await sessions.open(await makeLinkWord(PURPOSE, NOW), PURPOSE, NOW);
  assertNotEquals(other, session);
  assertEquals(sessions.tokenOf(session!, NOW + 5 * 86_400), PURPOSE.token);
  assertEquals(sessions.tokenOf(session!, NOW + 10 * 86_400), PURPOSE.token);
  assertEquals(sessions.tokenOf(other!, NOW + 10 * 86_400), undefined);
  assertEquals(sessions.tokenOf("0".repeat(64), NOW), undefined);
});

Deno.test("of two who use a word at the same moment one gets a session", async () => {
  const sessions = new Sessions();
  const word = await makeLinkWord(PURPOSE, NOW);
  const opened = await Promise.all(
    Array.from({ length: 5 }, () => sessions.open(word, PURPOSE, NOW)),
  );
  assertEquals(opened.filter((session) => session !== undefined).length, 1);
});
