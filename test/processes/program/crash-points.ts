import { writeSync } from 'node:fs';

/** What the program tells whoever started it, one line of JSON each. */
export type News =
  /** Points that are all at one moment, passed in a run without a crash. */
  | { readonly type: 'points'; readonly names: readonly string[] }
  /** Where the program is about to die, or to be stopped. */
  | { readonly type: 'crashed'; readonly at: string }
  | { readonly type: 'wrote'; readonly epoch: number; readonly result: string }
  | { readonly type: 'opened' }
  | { readonly type: 'ended'; readonly settled: readonly Ended[] };

export interface Ended {
  readonly id: string;
  readonly status: string;
  readonly effects: unknown;
  /** What it failed with, as text. */
  readonly error: string | null;
}

/** At once: whoever dies next has said it. */
export function tell(news: News): void {
  writeSync(1, `${JSON.stringify(news)}\n`);
}

export interface Crash {
  readonly at: string;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

const forEver = new Int32Array(new SharedArrayBuffer(4));

/** The moments at which this process can die. It dies of the first that is asked for, once. */
export class CrashPoints {
  #crash: Crash | null;
  readonly #tells: boolean;

  /** `tells`: of each point that is passed. */
  constructor(crash: Crash | null, tells: boolean) {
    this.#crash = crash;
    this.#tells = tells;
  }

  readonly reached = (...names: readonly string[]): void => {
    if (this.#tells) tell({ type: 'points', names });
    const crash = this.#crash;
    if (crash === null || !names.includes(crash.at)) return;
    this.#crash = null;
    tell({ type: 'crashed', at: crash.at });
    process.kill(process.pid, crash.signal);
    // The signal may reach the process a moment after it was sent: nothing happens in between.
    Atomics.wait(forEver, 0, 0, crash.signal === 'SIGKILL' ? Infinity : 100);
  };

  /** Is it what this process is to die of? */
  isNext(name: string): boolean {
    return this.#crash?.at === name;
  }
}
