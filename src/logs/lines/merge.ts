import { BinaryHeap } from "@std/data-structures/binary-heap";

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
  // A heap: to look at every log for each line would take a minute with some thousand of them.
  const heads = new BinaryHeap<Head<T>>((a, b) => timeOf(a) - timeOf(b) || a.place - b.place);
  const all = inputs.map((input, place): Head<T> => ({ input, place, batch: [], index: 0 }));
  await Promise.all(all.map(async (head) => await fill(head) && heads.push(head)));
  for (let first = heads.pop(); first; first = heads.pop()) {
    // All lines that are earlier than the next one of the other logs are emitted at once.
    const next = heads.peek();
    const start = first.index;
    do first.index++; while (first.index < first.batch.length && isBefore(first, next));
    yield first.batch.slice(start, first.index);
    if (first.index < first.batch.length || await fill(first)) heads.push(first);
  }
}

interface Head<T> {
  readonly input: AsyncGenerator<readonly T[]>;
  /** Of the input among all. */
  readonly place: number;
  batch: readonly T[];
  index: number;
}

function timeOf<T extends { readonly by: number }>({ batch, index }: Head<T>): number {
  return batch[index]!.by;
}

function isBefore<T extends { readonly by: number }>(head: Head<T>, other?: Head<T>): boolean {
  if (other === undefined) return true;
  const [time, limit] = [timeOf(head), timeOf(other)];
  return time < limit || (time === limit && head.place < other.place);
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
