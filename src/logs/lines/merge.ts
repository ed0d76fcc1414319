/**
 * Merges the lines of several logs in the order of their times; lines of the same time keep the
 * order of the logs.
 *
 * @param inputs Each yields batches of items in the order of their times.
 */
export async function* mergeByTime<T extends { readonly by: number }>(
  inputs: readonly AsyncGenerator<readonly T[]>[],
): AsyncGenerator<readonly T[]> {
  const [only] = inputs;
  if (inputs.length === 1 && only) return yield* only;
  const heads = (await Promise.all(inputs.map(async (input) => {
    const head: Head<T> = { input, batch: [], index: 0 };
    return await fill(head) ? head : undefined;
  }))).filter((head) => head !== undefined);
  while (heads.length > 0) {
    let first = heads[0]!;
    for (const head of heads) if (timeOf(head) < timeOf(first)) first = head;
    // All lines that are earlier than the next one of the other logs are emitted at once.
    const place = heads.indexOf(first);
    const before = Math.min(...heads.slice(0, place).map(timeOf));
    const behind = Math.min(...heads.slice(place + 1).map(timeOf));
    const start = first.index;
    while (
      first.index < first.batch.length && timeOf(first) < before && timeOf(first) <= behind
    ) first.index++;
    yield first.batch.slice(start, first.index);
    if (first.index === first.batch.length && !await fill(first)) {
      heads.splice(place, 1);
    }
  }
}

interface Head<T> {
  readonly input: AsyncGenerator<readonly T[]>;
  batch: readonly T[];
  index: number;
}

function timeOf<T extends { readonly by: number }>({ batch, index }: Head<T>): number {
  return batch[index]!.by;
}

async function fill<T>(head: Head<T>): Promise<boolean> {
  for (;;) {
    const { value, done } = await head.input.next();
    if (done) return false;
    if (value.length === 0) continue;
    head.batch = value;
    head.index = 0;
    return true;
  }
}
