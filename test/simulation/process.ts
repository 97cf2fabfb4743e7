import { abort, AbortSaga, continueWith, retry, SagaRunner, skip } from 'class-saga';
import type { CompensationErrorAnswer, ExecutionRef, ObservedEvent, SagaClass } from 'class-saga';
import type { WorkerOptions } from '../../src/durable/options.js';
import type { Chance } from './chance.js';
import type { Chronicle } from './chronicle.js';
import type { Begun } from './chronicle.js';
import { fallbackRun, stepRun, undoCall } from './chronicle.js';
import { Machine, never } from './machine.js';
import type { StepShape } from './shape.js';
import type { Doer, StepCall, UndoCall } from './simulated-class.js';
import type { LogMethod, Store } from './store.js';
import type { VirtualTime } from './virtual-time.js';
import type { RunOutside, World } from './world.js';

/** Where a process dies by itself: at the n-th such moment. */
export interface DeathWish {
  readonly at: 'entered' | 'landed' | 'returned' | 'asked' | 'applied' | 'answered';
  readonly n: number;
}

type StepPlay = 'succeed' | 'fail' | 'do and fail' | 'abort' | 'skip' | 'unstorable';

/** Which call of a method it is. `undo`: 0 of a step. */
interface Call {
  readonly id: string;
  readonly step: string;
  readonly round: number;
  readonly undo: number;
  readonly attempt: number;
}

/** How methods behave: how often they fail, and how. `calm`: they succeed. */
export type Mood = 'wild' | 'calm';

export interface Surroundings {
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly store: Store;
  readonly chronicle: Chronicle;
  readonly world: World;
  readonly mood: () => Mood;
  /** No process has stood still and no clock has jumped: then no lease ends before whoever has it knows. */
  readonly isSteady: () => boolean;
  readonly leaseMs: number;
  readonly fail: (error: unknown) => void;
  readonly trace: (what: () => string) => void;
}

export interface ProcessOptions {
  readonly name: string;
  readonly sagaClass: SagaClass;
  readonly worker: false | WorkerOptions;
  readonly history: 'all' | 'failures';
  readonly deathWish: DeathWish | null;
}

/** A process with a runner, and what the methods of its sagas do in it. */
export class Process implements Doer {
  readonly machine: Machine;
  readonly runner: SagaRunner;
  readonly options: ProcessOptions;
  /** Until when it cannot reach the store. */
  cutOffUntilMs = -Infinity;
  /** Calls of methods that have not settled. */
  openCalls = 0;
  /** Effects that it could not tell of. */
  readonly lostEffects: string[] = [];
  isOpen = false;
  isClosing = false;
  readonly #around: Surroundings;
  #moments = 0;

  constructor(options: ProcessOptions, around: Surroundings) {
    const { name, sagaClass, worker, history } = options;
    const { time, chance, store } = around;
    this.options = options;
    this.#around = around;
    this.machine = new Machine(name, time, chance);
    let ids = 0;
    this.runner = new SagaRunner({
      log: store.logOf(this.machine, () => time.nowMs < this.cutOffUntilMs, (method, when) => this.#asked(method, when)),
      sagas: worker === false ? [] : [sagaClass],
      worker,
      history,
      clock: this.machine.clock,
      random: chance.random,
      newId: () => `${name}.${(ids += 1)}`,
      resolver: { open: (saga) => this.#scope(saga) },
      observers: [(event, execution) => this.#observe(event, execution)],
      publish: (events, execution, ids) => this.#publish(events, execution, ids),
      onCompensationError: ({ step, late, remaining }) => {
        return this.#onCompensationError(late, remaining.find((one) => one.step === step)?.key);
      },
    });
  }

  get isUp(): boolean {
    return this.machine.isAlive && !this.isClosing;
  }

  step(shape: StepShape, context: StepCall): unknown {
    const run = callOf(context.idempotencyKey, context.attempt);
    if (!this.machine.isAlive) return never();
    const { chronicle, chance, mood } = this.#around;
    const begun = this.#enter(run.id, stepRun(run));
    if (begun === undefined) return never();
    if (begun.inDoubt !== context.inDoubt) this.#around.fail(new Error(`${run.id}: ${stepRun(run)} is told inDoubt: ${context.inDoubt}`));
    if (begun.inDoubt) chronicle.count('told in doubt');
    if (shape.opens !== null) return this.#open(mood() === 'wild' && chance.hits(0.1));
    const play = mood() === 'calm' ? 'succeed' : this.#stepPlay(shape);
    const outside: RunOutside = { run: stepRun(run), isGone: () => !this.machine.isAlive, isReturned: false };
    const perform = (): unknown => this.#perform(shape, context, play, run, outside);
    return this.#timed(mood() === 'calm' && play === 'succeed' ? 3 : this.#durationOf(shape.timeoutMs), perform, context.signal);
  }

  compensate(shape: StepShape, effect: unknown, context: UndoCall): unknown {
    const run = callOf(context.idempotencyKey, context.attempt);
    if (!this.machine.isAlive) return never();
    const { chronicle, chance, mood, world } = this.#around;
    const begun = this.#enter(run.id, undoCall(run));
    if (begun === undefined) return never();
    try {
      chronicle.demandEffect(run.id, undoCall(run), begun.effect, effect);
    } catch (error) {
      this.#around.fail(error);
    }
    const play = mood() === 'calm' ? 'undo' : chance.weighted([
      [72, 'undo'], [7, 'fail'], [7, 'undo and fail'], [5, 'retry'], [4, 'continue'], [2, 'abort'], [1, 'nonsense'],
    ] as const);
    return this.#timed(mood() === 'calm' ? 2 : this.#durationOf(shape.compensation!.timeoutMs), () => {
      if (play === 'fail') throw new Error('it cannot be undone now');
      world.undo(context.step.key);
      if (play === 'undo and fail') throw new Error('it is undone, and fails');
      if (play === 'retry') return retry({ passes: chance.int(2, 3), baseMs: chance.pick([0, 10, 2 * this.#around.leaseMs]) });
      if (play === 'continue') return continueWith({ continued: run.step });
      if (play === 'abort') return abort();
      return play === 'nonsense' ? { done: true } : undefined;
    }, context.signal);
  }

  fallback(_shape: StepShape, context: UndoCall): unknown {
    const run = callOf(context.idempotencyKey, context.attempt);
    if (!this.machine.isAlive) return never();
    const { chance, mood } = this.#around;
    if (this.#enter(run.id, fallbackRun(run)) === undefined) return never();
    const isCalm = mood() === 'calm';
    return this.#timed(isCalm ? 0 : this.#durationOf(null), () => {
      if (!isCalm && chance.hits(0.3)) throw new Error('there is nothing to fall back on');
      return { instead: run.step };
    }, context.signal);
  }

  /** What a step does: it may have done something outside before it fails. */
  #perform(
    shape: StepShape,
    context: StepCall,
    play: StepPlay,
    run: Call,
    outside: RunOutside,
  ): unknown {
    const { chance, mood, world } = this.#around;
    const key = context.idempotencyKey;
    if (chance.hits(0.2)) context.emit({ of: run.step, attempt: context.attempt });
    if (play === 'fail') throw new Error('it cannot be done');
    if (play === 'abort') throw new AbortSaga('no use');
    if (play === 'skip' && !world.has(key)) return skip();
    const receipt = world.perform(run.id, key, shape, outside);
    if (this.#dies('landed')) return never();
    if (play === 'do and fail') throw new Error('it is done, and fails');
    const isUnstorable = play === 'unstorable';
    const effect = { receipt: receipt.number, ...(isUnstorable && { unstorable: () => {} }) };
    const finish = (): unknown => {
      outside.isReturned = true;
      return this.#dies('returned') ? never() : effect;
    };
    if (mood() === 'calm' || chance.hits(0.6)) return finish();
    return this.machine.sleep(this.#durationOf(shape.timeoutMs) ?? 0).then(finish);
  }

  #stepPlay({ compensation }: StepShape): StepPlay {
    // What a step leaves behind that fails is undone only by a compensation that is called without its effect.
    const mayLeave = compensation === null || compensation.requiresEffect ? 0 : 1;
    return this.#around.chance.weighted<StepPlay>([
      [78, 'succeed'], [10, 'fail'], [5 * mayLeave, 'do and fail'], [2, 'abort'], [3, 'skip'], [2 * mayLeave, 'unstorable'],
    ]);
  }

  #open(fails: boolean): unknown {
    if (fails) throw new Error('it cannot be opened');
    return { opened: true };
  }

  /** `null`: at once, without a promise. */
  #durationOf(timeoutMs: number | null): number | null {
    const { chance, leaseMs } = this.#around;
    return chance.weighted<() => number | null>([
      [4, () => null],
      [4, () => chance.int(0, 10)],
      [2, () => chance.int(0, 2 * (timeoutMs ?? 20))],
      [1, () => chance.int(0, leaseMs)],
      [0.3, () => chance.int(leaseMs, 5 * leaseMs)],
    ])();
  }

  #timed(durationMs: number | null, act: () => unknown, signal: AbortSignal): unknown {
    if (durationMs === null) return act();
    const isHeeding = this.#around.chance.hits(0.3);
    this.openCalls += 1;
    const work = async (): Promise<unknown> => {
      try {
        await this.machine.sleep(durationMs);
        if (!this.machine.isAlive) return await never();
        if (isHeeding && signal.aborted) throw new Error('it was told to stop');
        return await act();
      } finally {
        this.openCalls -= 1;
      }
    };
    return work();
  }

  /** `undefined`: the process is no more. */
  #enter(id: string, run: string): Begun | undefined {
    const { chronicle, fail, isSteady, trace } = this.#around;
    trace(() => `${this.machine.name} enters ${id}: ${run}`);
    try {
      const begun = chronicle.entered(id, run);
      const { epoch } = chronicle.stories.get(id)!;
      if (isSteady() && begun.epoch !== epoch) fail(new Error(`${id}: ${run} of epoch ${begun.epoch} is entered in epoch ${epoch}`));
      return this.#dies('entered') ? undefined : begun;
    } catch (error) {
      fail(error);
      return undefined;
    }
  }

  #asked(method: LogMethod, when: 'asked' | 'applied' | 'answered'): void {
    if (method !== 'beat' && method !== 'owned') this.#dies(when);
  }

  #dies(at: DeathWish['at']): boolean {
    const wish = this.options.deathWish;
    if (wish?.at !== at || !this.machine.isAlive) return false;
    this.#moments += 1;
    if (this.#moments < wish.n) return false;
    this.#around.chronicle.count(`died when ${at}`);
    this.#around.trace(() => `${this.machine.name} dies`);
    this.machine.die();
    return true;
  }

  #scope(saga: SagaClass): { readonly saga: object; readonly resolve: (part: SagaClass) => object } {
    const make = (one: SagaClass): object => new (one as new (doer: Doer) => object)(this);
    return { saga: make(saga), resolve: make };
  }

  #observe(event: ObservedEvent, { id }: ExecutionRef): void {
    if (!this.machine.isAlive) return;
    const { chronicle, fail } = this.#around;
    if (reports.has(event.type)) {
      chronicle.count(`report: ${event.type}`);
      if (event.type === 'late-effect-lost') this.lostEffects.push(`${id} ${event.step}`);
      return;
    }
    const step = 'step' in event ? event.step : '';
    if (chronicle.stories.get(id)?.types.has(`${event.type} ${step}`) !== true) {
      fail(new Error(`${id}: an observer is told of ${event.type} ${step}, which is not in the store`));
    }
  }

  #publish(events: readonly unknown[], { id }: ExecutionRef, ids: readonly string[]): unknown {
    if (!this.machine.isAlive) return never();
    const { chance, chronicle, fail, mood, world } = this.#around;
    if (mood() === 'wild' && chance.hits(0.3)) throw new Error('nobody takes it');
    const isCompleted = chronicle.stories.get(id)?.state.end === 'completed';
    if (!isCompleted) fail(new Error(`${id}: what it emitted is published, and it is not completed`));
    events.forEach((event, index) => {
      const text = JSON.stringify(event);
      const before = world.published.get(ids[index]!);
      if (before !== undefined && before !== text) fail(new Error(`${ids[index]} is published as ${before} and as ${text}`));
      world.published.set(ids[index]!, text);
    });
    chronicle.count('published');
    return mood() === 'wild' && chance.hits(0.1) ? this.machine.sleep(5_000) : undefined;
  }

  /** `key`: of what remains of the step. */
  #onCompensationError(late: boolean, key: string | undefined): CompensationErrorAnswer | Promise<CompensationErrorAnswer> {
    const { chance, world } = this.#around;
    const answer = chance.weighted([[5, 'stop'], [3, 'continue'], [2, 'resolved']] as const);
    if (answer !== 'resolved') return answer;
    if (late || key === undefined) return 'continue';
    return this.machine.sleep(chance.int(0, 20)).then(() => {
      world.undo(key);
      return answer;
    });
  }
}

const reports: ReadonlySet<string> = new Set([
  'answer-ignored', 'publish-failed', 'rollback-unconfirmed', 'incompatible', 'not-taken-up', 'late-effect-lost', 'finally-failed',
  'error-handler-failed', 'disposal-failed', 'observer-failed',
]);

/** What a key says: `x:hotel:1`, and of a compensation `x:hotel:1:undo-2`. */
function callOf(key: string, attempt: number): Call {
  const [id, step, round, undo = ''] = key.split(':') as [string, string, string, string?];
  return { id, step, round: Number(round), undo: Number(undo.replace('undo-', '')), attempt };
}
