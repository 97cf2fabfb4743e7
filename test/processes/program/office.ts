import type { CompensationContext, StepContext } from 'class-saga';
import type { Ledger } from '../ledger.js';
import type { CrashPoints } from './crash-points.js';

export interface Order {
  readonly execution: string;
  /** The step that fails, after the first half of its work; `null`: none. */
  readonly fails: string | null;
}
export interface Booked {
  readonly key: string;
  /** So that what one process did is told from what another did under the same key. */
  readonly run: number;
}
type Call = Pick<StepContext<Order>, 'input' | 'idempotencyKey' | 'attempt' | 'inDoubt'>;
type Announcement = Call & Pick<StepContext<Order, unknown, object>, 'emit'>;
type Undo = Pick<CompensationContext<Order>, 'input' | 'idempotencyKey' | 'step' | 'attempt'>;

export interface Habits {
  /** How often the service is busy, in all. @defaultValue 0 */
  readonly busy?: number;
}

/** Does what the steps are for, in a ledger, with a moment to die in between every two things that it does. */
export class Office {
  readonly #ledger: Ledger;
  readonly #points: CrashPoints;
  readonly #run: number;
  #underWay = 0;

  constructor(ledger: Ledger, points: CrashPoints, run: number) {
    this.#ledger = ledger;
    this.#points = points;
    this.#run = run;
  }

  book(step: string, call: Call, habits: Habits = {}): Promise<Booked> {
    return this.#within(() => this.#book(step, call, habits));
  }

  async #book(step: string, { input, idempotencyKey: key, attempt, inDoubt }: Call, { busy = 0 }: Habits): Promise<Booked> {
    const { execution, fails } = input;
    const mark = { execution, run: this.#run, call: step, key, attempt, inDoubt };
    await this.#ledger.mark({ ...mark, what: 'entered' });
    this.#points.reached(`${step} entered`);
    if (await this.#ledger.isBusy(key, busy)) throw new Error('The service is busy.');
    await this.#ledger.book(execution, key, 1);
    this.#points.reached(`${step} half done`);
    if (fails === step) throw new Error(`No ${step} is left.`);
    await this.#ledger.book(execution, key, 2);
    await this.#ledger.mark({ ...mark, what: 'done' });
    this.#points.reached(`${step} done`);
    this.#returns(step);
    return { key, run: this.#run };
  }

  cancel(step: string, call: Undo, habits: Habits = {}): Promise<void> {
    return this.#within(() => this.#cancel(step, call, habits));
  }

  async #cancel(step: string, { input: { execution }, idempotencyKey, step: { key }, attempt }: Undo, { busy = 0 }: Habits): Promise<void> {
    const call = `undo ${step}`;
    const mark = { execution, run: this.#run, call, key: idempotencyKey, attempt, inDoubt: false };
    await this.#ledger.mark({ ...mark, what: 'entered' });
    this.#points.reached(`${call} entered`);
    if (await this.#ledger.isBusy(idempotencyKey, busy)) throw new Error('The service is busy.');
    await this.#ledger.erase(execution, key, 1);
    this.#points.reached(`${call} half done`);
    await this.#ledger.erase(execution, key, 2);
    await this.#ledger.mark({ ...mark, what: 'done' });
    this.#points.reached(`${call} done`);
    this.#returns(call);
  }

  /** Something that leaves nothing behind but an event. */
  async announce(step: string, { input: { execution }, idempotencyKey: key, attempt, inDoubt, emit }: Announcement): Promise<void> {
    const mark = { execution, run: this.#run, call: step, key, attempt, inDoubt };
    await this.#ledger.mark({ ...mark, what: 'entered' });
    this.#points.reached(`${step} entered`);
    emit({ announced: execution });
    await this.#ledger.mark({ ...mark, what: 'done' });
    this.#points.reached(`${step} done`);
    this.#returns(step);
  }

  readonly publish = async (_: readonly unknown[], { id }: { readonly id: string }, eventIds: readonly string[]): Promise<void> => {
    this.#points.reached('publish entered');
    for (const eventId of eventIds) await this.#ledger.publish(id, eventId);
    this.#points.reached('publish done');
  };

  /** How many of its methods are under way. */
  get underWay(): number {
    return this.#underWay;
  }

  async #within<T>(work: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }

  /** The method has returned, the engine has heard of it, and nothing of that is sent: writes go out with the next turn. */
  #returns(call: string): void {
    process.nextTick(() => this.#points.reached(`${call} returned`));
  }
}
