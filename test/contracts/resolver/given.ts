import { Compensate, Finally, Saga, Step, SubSaga, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { Constructor, Disposes, Registration } from './container.js';

export type End = 'completed' | 'compensated' | 'stuck';

/** Which instances a step works with: of each class they are numbered from 1. */
export type Seen = Readonly<Record<string, number>>;

/** Classes of its own for one test, the registrations of all of them, and what became of their instances. */
export function givenClasses() {
  /** `work 1`, in the order in which it was made. */
  const made: string[] = [];
  /** In the order in which it was begun. */
  const disposed: string[] = [];
  /** What the sagas did, and when disposing was begun and done. */
  const journal: string[] = [];
  /** Names of what cannot be disposed. */
  const jammed = new Set<string>();

  class Made implements Disposes {
    readonly number: number;
    readonly #name = this.constructor.name.toLowerCase();
    constructor() {
      this.number = made.filter((one) => one.startsWith(`${this.#name} `)).length + 1;
      made.push(`${this.#name} ${this.number}`);
    }
    async dispose(): Promise<void> {
      disposed.push(`${this.#name} ${this.number}`);
      journal.push(`dispose ${this.#name}`);
      await new Promise((resolve) => setImmediate(resolve));
      journal.push(`${this.#name} is disposed`);
      if (jammed.has(this.#name)) throw new Error(`${this.#name} is jammed`);
    }
    [Symbol.asyncDispose](): Promise<void> {
      return this.dispose();
    }
  }

  class Socket extends Made {}
  class Pool extends Made {
    constructor(readonly socket: Socket) { super(); }
  }
  class Work extends Made {}
  class Audit extends Made {
    constructor(readonly work: Work) { super(); }
  }
  class Letter extends Made {}
  class Quote extends Made {}
  class Broken extends Made {
    constructor() {
      super();
      made.pop();
      throw new Error('the ledger is closed');
    }
  }

  /** What the two executions of a test wait for in their first step; by default for nothing. */
  const meeting = { of: async (): Promise<void> => {} };

  @Saga()
  class Lodging extends Made {
    constructor(readonly work: Work, readonly pool: Pool) { super(); }
    @Step() async room(): Promise<Seen> { return { work: this.work.number, pool: this.pool.number }; }
  }
  class Receipt extends Made {
    constructor(readonly audit: Audit, readonly letter: Letter) { super(); }
    @Step() async execute(): Promise<Seen> {
      return { audit: this.audit.number, work: this.audit.work.number, letter: this.letter.number };
    }
  }
  @Saga()
  class BookTrip extends Made {
    constructor(readonly audit: Audit, readonly work: Work, readonly letter: Letter, readonly pool: Pool) { super(); }
    @Step() async hold(): Promise<Seen> {
      await meeting.of();
      return this.#seen();
    }
    @Compensate('hold') async release(_: Seen | undefined): Promise<void> {
      journal.push('release');
      if (this.#end === 'stuck') throw new Error('the desk is closed');
    }
    @SubSaga(Lodging) lodging(_: StepContext<End>): SubSaga<Lodging> { return undefined; }
    @UseStep(Receipt) receipt(_: StepContext<End>): UseStep<Receipt> { return undefined; }
    @Step() async charge({ input }: StepContext<End>): Promise<Seen> {
      journal.push('charge');
      this.#end = input;
      if (input !== 'completed') throw new Error('declined');
      return this.#seen();
    }
    @Finally() async tell(): Promise<void> {
      journal.push('tell');
    }
    #end: End = 'completed';
    #seen(): Seen {
      return { audit: this.audit.number, work: this.work.number, letter: this.letter.number, pool: this.pool.number };
    }
  }

  @Saga()
  class Breaks extends Made {
    constructor(readonly work: Work, readonly pool: Pool, readonly broken: Broken) { super(); }
    @Step() async begin(): Promise<void> { journal.push('begun'); }
  }
  @Saga()
  class BreaksWithin extends Made {
    constructor(readonly audit: Audit) { super(); }
    @Step() async begin(): Promise<void> { journal.push('begun'); }
    @SubSaga(Breaks) breaks(_: StepContext): SubSaga<Breaks> { return undefined; }
  }
  @Saga()
  class Quoting extends Made {
    constructor(readonly work: Work, readonly quote: Quote) { super(); }
    @Step() async isPromise(): Promise<boolean> { return this.quote instanceof Promise; }
  }
  @Saga()
  class WantsMailer extends Made {
    constructor(readonly work: Work, readonly mailer: object) { super(); }
    @Step() async begin(): Promise<void> { journal.push('begun'); }
  }
  @Saga()
  class WantsLedger extends Made {
    constructor(readonly audit: Audit, readonly ledger: object) { super(); }
    @Step() async begin(): Promise<void> { journal.push('begun'); }
  }

  const registered = (one: Constructor, lifetime: Registration['lifetime'], needs: readonly string[] = []): Registration => {
    return { name: `${one.name.charAt(0).toLowerCase()}${one.name.slice(1)}`, class: one, lifetime, needs, isMadeLater: one === Quote };
  };
  const sound: readonly Registration[] = [
    registered(Socket, 'singleton'),
    registered(Pool, 'singleton', ['socket']),
    registered(Work, 'scoped'),
    registered(Audit, 'scoped', ['work']),
    registered(Letter, 'transient'),
    registered(Lodging, 'made', ['work', 'pool']),
    registered(Receipt, 'made', ['audit', 'letter']),
    registered(BookTrip, 'made', ['audit', 'work', 'letter', 'pool']),
  ];

  return {
    made,
    disposed,
    journal,
    jammed,
    meeting,
    BookTrip,
    Breaks,
    BreaksWithin,
    Quoting,
    WantsMailer,
    WantsLedger,
    /** Of the classes that a `BookTrip` is made of. */
    sound,
    /** Of those, and of what cannot be made. */
    broken: [
      ...sound,
      registered(Broken, 'scoped'),
      registered(Breaks, 'made', ['work', 'pool', 'broken']),
      registered(BreaksWithin, 'made', ['audit']),
    ],
    /** Of those, and of what an asynchronous factory makes. */
    later: [...sound, registered(Quote, 'scoped'), registered(Quoting, 'made', ['work', 'quote'])],
    /** Of those, and of what needs what is not registered. */
    incomplete: [
      ...sound,
      registered(WantsMailer, 'made', ['work', 'mailer']),
      registered(WantsLedger, 'made', ['audit', 'ledger']),
    ],
  };
}

/** Made for all executions. */
export const isSingleton = (one: string): boolean => /^(socket|pool) /.test(one);
/** Made for one execution, and shared within it. */
export const isScoped = (one: string): boolean => /^(work|audit|quote) /.test(one);

/** A function that resolves once it was called so many times. */
export function meetingOf(count: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    arrived += 1;
    if (arrived === count) open();
    return opened;
  };
}
