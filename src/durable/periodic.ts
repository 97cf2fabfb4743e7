import type { Clock } from '../runtime/ports.js';

/** Something that is done again and again, never twice at once, with a pause between that many processes do not share. */
export class Periodic {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #everyMs: number;
  readonly #task: () => Promise<void>;
  #isWanted = false;
  #isRunning = false;
  #isKicked = false;
  #cancel: () => void = () => {};

  /** `task` never rejects. */
  constructor(clock: Clock, random: () => number, everyMs: number, task: () => Promise<void>) {
    this.#clock = clock;
    this.#random = random;
    this.#everyMs = everyMs;
    this.#task = task;
  }

  /** Does it at once, and from then on until it is stopped. Safe to call again. */
  start(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.kick();
  }

  stop(): void {
    this.#isWanted = false;
    this.#cancel();
  }

  /** Does it without waiting for its time; once more where it is being done. */
  kick(): void {
    if (!this.#isWanted) return;
    if (this.#isRunning) this.#isKicked = true;
    else void this.#run();
  }

  async #run(): Promise<void> {
    this.#cancel();
    this.#isRunning = true;
    do {
      this.#isKicked = false;
      await this.#task();
    } while (this.#isKicked && this.#isWanted);
    this.#isRunning = false;
    if (this.#isWanted) this.#cancel = this.#clock.schedule(this.#everyMs * (0.75 + this.#random() / 2), () => void this.#run());
  }
}
