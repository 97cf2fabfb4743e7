// A contender is a process of its own: what it keeps for itself, and what it holds in memory, is in nobody's way. It is told over IPC how
// many sagas to keep in flight and for how long, and answers what came of it. It ends when whoever started it does.
import type { Shape } from './work.js';
import { entered } from './work.js';

/** What a contender's program hands to `serve`. */
export interface Contender {
  /** Runs one saga, and resolves once it has ended as it should; rejects where it ended otherwise. */
  run(shape: Shape): Promise<void>;
  /** Has its connections tell the server now what they did, and not up to ten seconds later. */
  tell?(): Promise<unknown>;
  close(): Promise<void>;
}

export interface Order {
  readonly shape: Shape;
  /** At a time, from 1. */
  readonly inFlight: number;
  readonly forMs: number;
}

export interface Done {
  readonly steps: number;
  readonly undos: number;
  /** One for each saga that was run. */
  readonly latenciesMs: readonly number[];
}

export function serve(contender: Contender): void {
  process.on('message', (order: Order) => {
    measured(contender, order).then((done) => process.send!({ done }), failed);
  });
  process.once('disconnect', () => {
    contender.close().finally(() => process.exit()).catch(failed);
  });
  process.send!({ isReady: true });
}

async function measured(contender: Contender, { shape, inFlight, forMs }: Order): Promise<Done> {
  const before = { ...entered };
  const latenciesMs: number[] = [];
  const untilMs = performance.now() + forMs;
  const oneAfterTheOther = async (): Promise<void> => {
    for (let startedAtMs = performance.now(); startedAtMs < untilMs; ) {
      await contender.run(shape);
      const endedAtMs = performance.now();
      latenciesMs.push(endedAtMs - startedAtMs);
      startedAtMs = endedAtMs;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, oneAfterTheOther));
  await contender.tell?.();
  return { steps: entered.steps - before.steps, undos: entered.undos - before.undos, latenciesMs };
}

function failed(error: unknown): void {
  console.error(error);
  process.exit(1);
}
