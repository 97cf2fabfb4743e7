import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What each of `count` things under way holds on the heap, in bytes. `begin` starts one that goes on when `gate` opens. */
export async function heapOfEach(count: number, begin: (gate: Promise<void>) => Promise<unknown>): Promise<number> {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const underWay: Promise<unknown>[] = new Array<Promise<unknown>>(count);
  const before = heapUsed();
  for (let index = 0; index < count; index++) underWay[index] = begin(gate);
  await new Promise((resolve) => setImmediate(resolve));
  const bytes = (heapUsed() - before) / count;
  open();
  await Promise.all(underWay);
  return bytes;
}

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
