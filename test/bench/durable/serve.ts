// A contender is a process of its own: what it keeps for itself, and what it holds in memory, is in nobody's way. It is told over IPC how
// many sagas to keep in flight and for how long, and answers what came of it. It ends when whoever started it does.
import type { Shape } from './work.js';
import { entered } from './work.js';

/** What a contender's program hands to `serve`. */
export interface Contender {
  /** Runs one saga, and resolves once it has ended as it should; rejects where it ended otherwise. */
  run(shape: Shape): Promise<void>;
  close(): Promise<void>;
}

export interface Order {
  readonly shape: Shape;
  /** At a time, from 1. */
  readonly inFlight: number;
  readonly forMs: number;
}

export interface Done {
  /** All that were run, the first and the last included. */
  readonly sagas: number;
  readonly steps: number;
  readonly undos: number;
  /** Of the sagas that ended while as many were in flight as there should be. */
  readonly latenciesMs: readonly number[];
  /** How long that was. */
  readonly steadyMs: number;
}

/** Of the whole time: until then what is in flight is still in step, and connections and caches warm up. */
const runIn = 0.25;

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
  const beganAtMs = performance.now();
  const steadyFromMs = beganAtMs + forMs * runIn;
  const untilMs = beganAtMs + forMs;
  const latenciesMs: number[] = [];
  let sagas = 0;
  const oneAfterTheOther = async (): Promise<void> => {
    for (let startedAtMs = beganAtMs; startedAtMs < untilMs; ) {
      await contender.run(shape);
      const endedAtMs = performance.now();
      sagas += 1;
      if (endedAtMs >= steadyFromMs && endedAtMs < untilMs) latenciesMs.push(endedAtMs - startedAtMs);
      startedAtMs = endedAtMs;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, oneAfterTheOther));
  const { steps, undos } = entered;
  return { sagas, steps: steps - before.steps, undos: undos - before.undos, latenciesMs, steadyMs: untilMs - steadyFromMs };
}

function failed(error: unknown): void {
  console.error(error);
  process.exit(1);
}
