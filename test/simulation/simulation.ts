import type { SagaClass, ExecutionHandle } from 'class-saga';
import type { Repair } from '../../src/kernel/events.js';
import type { Head } from '../../src/durable/execution-log.js';
import { codeOf } from '../../src/errors/saga-error.js';
import { blueprintOf } from '../../src/graph/compile.js';
import { fingerprintOf, prefixesOf } from '../../src/graph/fingerprint.js';
import { remainingSteps } from '../../src/kernel/outcome.js';
import { Chance } from './chance.js';
import { Chronicle, Violation } from './chronicle.js';
import { demandLedger } from './ledger.js';
import type { DeathWish, Mood, Surroundings } from './process.js';
import { Process } from './process.js';
import type { Scale } from './scale.js';
import { scaleOf } from './scale.js';
import { nextVersion, sagaShape } from './shape.js';
import { simulatedClass } from './simulated-class.js';
import { noTroubles, Store } from './store.js';
import { VirtualTime } from './virtual-time.js';
import { World } from './world.js';

// One seed: some executions on one store, run by processes that are failed in every way; then the faults stop, and all must come to rest.

interface Wanted {
  readonly id: string;
  readonly deadlineMs: number | null;
  isStarted: boolean;
}

/** A repair that somebody asked for, and what he was told. */
interface AskedRepair {
  readonly id: string;
  readonly by: string;
  made: 'yes' | 'no' | 'unknown';
}

/** A worker or a client, through all its incarnations. */
interface Place {
  readonly name: string;
  readonly isClient: boolean;
  current: Process | null;
  incarnations: number;
}

export interface SimulationResult {
  readonly violation: Error | null;
  readonly counts: ReadonlyMap<string, number>;
  readonly trace: readonly string[];
  readonly virtualMs: number;
}

export async function simulate(seed: number, { isTraced = false }: { readonly isTraced?: boolean } = {}): Promise<SimulationResult> {
  return new Simulation(seed, isTraced).run();
}

class Simulation {
  readonly #chance: Chance;
  readonly #time: VirtualTime;
  readonly #scale: Scale;
  readonly #store: Store;
  readonly #chronicle = new Chronicle();
  readonly #world = new World();
  readonly #classes: readonly SagaClass[];
  readonly #places: Place[] = [];
  readonly #wanted: Wanted[] = [];
  readonly #processes: Process[] = [];
  readonly #trace: string[] = [];
  readonly #isTraced: boolean;
  /** Who waits for which end: it must come, as long as the process is up. */
  readonly #waiting: { readonly id: string; readonly process: Process; isTold: boolean }[] = [];
  readonly #repairs: AskedRepair[] = [];
  #violation: Error | null = null;
  #mood: Mood = 'wild';
  #isSteady = true;
  #names = 0;
  #isDone = false;

  constructor(seed: number, isTraced: boolean) {
    const chance = new Chance(seed);
    this.#chance = chance;
    this.#isTraced = isTraced;
    this.#time = new VirtualTime(chance);
    this.#scale = scaleOf(chance);
    this.#store = new Store(this.#time, chance, this.#chronicle, this.#scale.leaseMs);
    this.#store.fail = (error) => this.#fail(error);
    if (isTraced) this.#store.trace = (what) => this.#tell(what);
    const first = sagaShape(chance, this.#scale.leaseMs);
    this.#classes = [simulatedClass(first), simulatedClass(nextVersion(chance, this.#scale.leaseMs, first))];
    for (const one of this.#classes) this.#chronicle.know(fingerprintOf(blueprintOf(one).graph), blueprintOf(one));
    this.#chronicle.onRepair = (id, { repair }) => {
      if (repair.kind === 'skip') this.#world.undoByHand(id, repair.step);
    };
    this.#tell(() => `scale ${JSON.stringify(this.#scale)}`);
    this.#tell(() => `steps ${JSON.stringify(first)}`);
  }

  async run(): Promise<SimulationResult> {
    const { stackTraceLimit } = Error;
    // Most errors here are expected, and their stacks cost more than what they are about.
    if (!this.#isTraced) Error.stackTraceLimit = 0;
    try {
      return await this.#run();
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  }

  async #run(): Promise<SimulationResult> {
    this.#plan();
    await this.#time.until(() => this.#violation !== null || this.#isDone);
    if (this.#violation === null && !this.#isDone) this.#fail(new Violation('Nothing is left to happen, and it is not over'));
    if (this.#violation === null) await this.#demandTheEnd();
    for (const { machine } of this.#processes) machine.die();
    return { violation: this.#violation, counts: this.#chronicle.counts, trace: this.#trace, virtualMs: this.#time.nowMs };
  }

  // The plan of a seed.

  #plan(): void {
    const chance = this.#chance;
    const { workers, clients, executions, wildMs, leaseMs } = this.#scale;
    for (let n = 1; n <= workers + clients; n++) {
      const place: Place = { name: n <= workers ? `w${n}` : `c${n - workers}`, isClient: n > workers, current: null, incarnations: 0 };
      this.#places.push(place);
      this.#in(n === 1 ? 0 : chance.int(0, leaseMs), () => this.#spawn(place));
    }
    for (let n = 1; n <= executions; n++) {
      const deadlineMs = chance.hits(0.15) ? chance.int(1, 3 * leaseMs) : null;
      const wanted: Wanted = { id: `x${n}`, deadlineMs, isStarted: false };
      this.#wanted.push(wanted);
      this.#in(chance.int(0, Math.ceil(wildMs * 0.6)), () => this.#start(wanted));
      if (chance.hits(0.2)) this.#in(chance.int(0, wildMs), () => this.#cancel(wanted.id));
    }
    for (let n = chance.int(0, this.#scale.incidents); n > 0; n--) this.#in(chance.int(0, wildMs), () => this.#incident());
    const { troubles, latencyMs } = this.#scale;
    this.#in(chance.int(0, Math.ceil(wildMs / 3)), () => Object.assign(this.#store, { troubles, latencyMs }));
    const mend = (): void => {
      if (this.#mood === 'calm') return;
      this.#mend();
      this.#in(2 * leaseMs, mend);
    };
    this.#in(leaseMs, mend);
    this.#in(wildMs, () => this.#calmDown());
  }

  #in(delayMs: number, act: () => void): void {
    this.#time.in(delayMs, act);
  }

  #incident(): void {
    const chance = this.#chance;
    const { leaseMs } = this.#scale;
    if (this.#mood === 'calm') return;
    const place = chance.pick(this.#places);
    const { current } = place;
    const kind = chance.weighted([
      [4, 'death'], [4, 'pause'], [3, 'cut off'], [1.5, 'outage'], [1, 'store clock'], [1.5, 'clock'], [2.5, 'close'],
    ] as const);
    this.#chronicle.count(`incident: ${kind}`);
    const durationMs = chance.hits(0.5) ? chance.int(1, leaseMs) : chance.int(leaseMs, 3 * leaseMs);
    this.#tell(() => `${place.name} has ${kind} for ${durationMs}`);
    if (kind === 'pause' || kind === 'store clock' || kind === 'clock') this.#isSteady = false;
    switch (kind) {
      case 'death':
        current?.machine.die();
        break;
      case 'pause':
        current?.machine.pause(durationMs);
        break;
      case 'cut off':
        if (current !== null) current.cutOffUntilMs = this.#time.nowMs + durationMs;
        break;
      case 'outage':
        for (const one of this.#places) if (one.current !== null) one.current.cutOffUntilMs = this.#time.nowMs + durationMs;
        break;
      case 'store clock':
        this.#store.jump(durationMs);
        break;
      case 'clock':
        current?.machine.jump(durationMs);
        break;
      case 'close':
        if (current !== null) this.#close(current);
        break;
    }
  }

  #spawn(place: Place): void {
    const chance = this.#chance;
    const { leaseMs, pollMs, concurrency, deaths, history, deathWishes, wildMs } = this.#scale;
    const isCalm = this.#mood === 'calm';
    place.incarnations += 1;
    const version = isCalm || chance.hits(this.#time.nowMs / wildMs) ? 1 : 0;
    const deathWish: DeathWish | null = !isCalm && chance.hits(deathWishes)
      ? { at: chance.pick(['entered', 'landed', 'returned', 'asked', 'applied', 'answered']), n: chance.int(1, 12) }
      : null;
    const upgrade = chance.hits(0.6) ? 'compatible-prefix' : 'exact';
    const process = new Process(
      {
        name: `${place.name}-${place.incarnations}`,
        sagaClass: this.#classes[this.#scale.isDeployed ? version : 0]!,
        worker: place.isClient ? false : { leaseMs, pollMs, concurrency, deaths, upgrade },
        history,
        deathWish,
      },
      this.#around,
    );
    this.#tell(() => `${process.options.name} is started with version ${version + 1} and ${JSON.stringify(deathWish)}`);
    this.#processes.push(process);
    place.current = process;
    process.machine.onDeath = () => {
      if (place.current !== process) return;
      place.current = null;
      this.#tell(() => `${process.options.name} is dead`);
      this.#in(chance.int(1, 2 * leaseMs), () => this.#spawn(place));
    };
    if (!place.isClient) this.#whileUp(process, 'open', () => process.runner.open(), () => (process.isOpen = true));
  }

  get #around(): Surroundings {
    return {
      time: this.#time,
      chance: this.#chance,
      store: this.#store,
      chronicle: this.#chronicle,
      world: this.#world,
      leaseMs: this.#scale.leaseMs,
      mood: () => this.#mood,
      isSteady: () => this.#isSteady,
      fail: (error) => this.#fail(error),
      trace: (what) => this.#tell(what),
    };
  }

  #close(process: Process): void {
    if (process.isClosing || !process.machine.isAlive) return;
    process.isClosing = true;
    const closed = (): void => {
      this.#tell(() => `${process.options.name} is closed`);
      this.#in(this.#chance.int(0, 2 * this.#scale.leaseMs), () => process.machine.die());
    };
    process.runner.close({ drainMs: this.#chance.int(0, 2 * this.#scale.leaseMs) }).then(closed, (error: unknown) => this.#fail(error));
  }

  /** Asks again, as long as the store cannot be reached. */
  #whileUp(process: Process, what: string, ask: () => Promise<unknown>, then: () => void): void {
    if (!process.isUp) return;
    ask().then(then, (error: unknown) => {
      if (!process.isUp) return;
      if (!isToBeExpected(error)) return this.#fail(new Error(`${process.options.name} ${what}: ${String(error)}`, { cause: error }));
      process.machine.clock.schedule(this.#chance.int(10, 500), () => this.#whileUp(process, what, ask, then));
    });
  }

  #anyProcess(isFit: (place: Place) => boolean = () => true): Process | undefined {
    const up = this.#places.filter((place) => place.current?.isUp === true && isFit(place));
    return up.length === 0 ? undefined : this.#chance.pick(up).current!;
  }

  #start(wanted: Wanted): void {
    const { id, deadlineMs } = wanted;
    const { leaseMs } = this.#scale;
    if (wanted.isStarted) return;
    const process = this.#anyProcess();
    // Whoever wants it started asks again, anywhere, until it is said to be.
    this.#in(3 * leaseMs + this.#chance.int(0, leaseMs), () => this.#start(wanted));
    if (process === undefined) return;
    const options = { id, ...(deadlineMs !== null && { deadlineMs }) };
    const started = process.runner.start(process.options.sagaClass, ...([{ wanted: id }, options] as never[]));
    started.then(
      (handle) => {
        wanted.isStarted = true;
        this.#tell(() => `${process.options.name} is told that ${id} is started`);
        if (!this.#chronicle.stories.has(id)) this.#fail(new Violation(`${id} is said to be started, and is not in the store`));
        if (this.#chance.hits(0.5)) this.#await(process, handle);
      },
      (error: unknown) => {
        if (process.isUp && !isToBeExpected(error)) this.#fail(new Error(`starting ${id}: ${String(error)}`, { cause: error }));
      },
    );
  }

  #await(process: Process, handle: ExecutionHandle<object>): void {
    const waiting = { id: handle.id, process, isTold: false };
    this.#waiting.push(waiting);
    handle.settled().then(
      ({ status }) => {
        waiting.isTold = true;
        const { statuses } = this.#chronicle.stories.get(handle.id)!;
        const known = status === 'stuck' ? statuses.has('stuck') || statuses.has('abandoned') : statuses.has(status);
        if (!known) this.#fail(new Violation(`${handle.id} is said to be ${status}, and was ${[...statuses].join(', ')}`));
      },
      (error: unknown) => {
        waiting.isTold = true;
        if (codeOf(error) !== 'SAGA_LOG_CLOSED') this.#fail(new Error(`awaiting ${handle.id}: ${String(error)}`, { cause: error }));
      },
    );
  }

  #cancel(id: string): void {
    const process = this.#anyProcess();
    if (process === undefined || !this.#chronicle.stories.has(id)) return;
    this.#tell(() => `${process.options.name} is asked to cancel ${id}`);
    process.runner.handle(process.options.sagaClass, id).cancel('enough').then(
      () => this.#chronicle.count('cancelled'),
      (error: unknown) => {
        if (process.isUp && !isToBeExpected(error)) this.#fail(new Error(`cancelling ${id}: ${String(error)}`, { cause: error }));
      },
    );
  }

  /** People repair what is stuck, now and then two of them at once. */
  #mend(): void {
    const chance = this.#chance;
    for (const { id, state } of this.#chronicle.stories.values()) {
      if (state.phase === 'ended' || (state.phase !== 'halted' && state.poison === null) || chance.hits(0.3)) continue;
      for (let people = chance.hits(0.3) ? 2 : 1; people > 0; people--) this.#repair(id);
    }
  }

  #repair(id: string): void {
    const chance = this.#chance;
    const process = this.#anyProcess(({ isClient }) => !isClient);
    if (process === undefined) return;
    const { state } = this.#chronicle.stories.get(id)!;
    const remaining = state.poison === null ? remainingSteps(state).map(({ step }) => step) : [];
    const step = remaining.length > 0 ? chance.pick(remaining) : 's0';
    const repair: Repair = chance.weighted<Repair>([
      [5, { kind: 'retry' }],
      [2, { kind: 'skip', step, reason: 'by hand' }],
      [2, { kind: 'resolve', step, effect: { found: true } }],
      [1, { kind: 'abandon', reason: 'no use' }],
    ]);
    this.#names += 1;
    const told: AskedRepair = { id, by: `p${this.#names}`, made: 'unknown' };
    this.#repairs.push(told);
    this.#tell(() => `${process.options.name} is asked by ${told.by} to repair ${id} ${JSON.stringify(repair)}`);
    const repairs = process.runner.repair(id, { by: told.by });
    const made = repair.kind === 'retry'
      ? repairs.retry()
      : repair.kind === 'abandon'
        ? repairs.abandon(repair.reason)
        : repair.kind === 'skip'
          ? repairs.skip(repair.step, repair.reason)
          : repairs.resolve(repair.step, repair.effect);
    made.then(
      () => {
        told.made = 'yes';
        this.#chronicle.count(`repaired by ${repair.kind}`);
        const isMade = this.#chronicle.stories.get(id)!.repairs.has(told.by);
        if (!isMade) this.#fail(new Violation(`${told.by}'s repair of ${id} is said to be made, and was not`));
      },
      (error: unknown) => {
        const code = codeOf(error);
        if (code === undefined || !refusals.has(code)) {
          if (process.isUp && !isToBeExpected(error)) this.#fail(new Error(`repairing ${id}: ${String(error)}`, { cause: error }));
          return;
        }
        told.made = 'no';
        this.#chronicle.count(`repair refused: ${code}`);
      },
    );
  }

  // The end: nothing fails any more.

  #calmDown(): void {
    this.#tell(() => 'all is calm from here on');
    this.#mood = 'calm';
    Object.assign(this.#store, { troubles: noTroubles, latencyMs: 4 });
    const { leaseMs } = this.#scale;
    for (const place of this.#places) {
      const { current } = place;
      if (current !== null) current.cutOffUntilMs = -Infinity;
      if (current?.options.deathWish != null && current.isUp) current.machine.die();
    }
    const untilMs = this.#time.nowMs + 60 * leaseMs + 300_000;
    const look = async (): Promise<void> => {
      const heads = await this.#store.inner.heads([...this.#chronicle.stories.keys()]);
      const why = this.#whyNotOver(new Map(heads.map((head) => [head.id, head])));
      if (why === null) {
        this.#isDone = true;
      } else if (this.#time.nowMs > untilMs) {
        this.#fail(new Violation(`It does not come to rest: ${why}`));
      } else {
        this.#mend();
        this.#in(leaseMs, () => void look());
      }
    };
    this.#in(4 * leaseMs, () => void look());
  }

  #whyNotOver(heads: ReadonlyMap<string, Head>): string | null {
    const open = this.#places.find(({ current, isClient }) => current === null || (!isClient && !current.isOpen) || !current.isUp);
    if (open !== undefined) return `${open.name} is not up`;
    const busy = this.#processes.find((process) => process.machine.isAlive && process.openCalls > 0);
    if (busy !== undefined) return `${busy.options.name} still has calls under way`;
    if (this.#store.pending > 0) return 'the store is still to apply something';
    const unstarted = this.#wanted.find(({ isStarted }) => !isStarted);
    if (unstarted !== undefined) return `${unstarted.id} is not started`;
    for (const { id, state, blueprint, stage } of this.#chronicle.stories.values()) {
      if (state.phase === 'ended' && isAtRest(heads.get(id)!)) continue;
      if (!this.#isRunnable(fingerprintOf(blueprint.graph), stage)) continue;
      if (state.phase === 'ended') return `${id} has ended, and something of it is left to do`;
      return `${id} is ${state.phase}${state.poison === null ? '' : ' and poisoned'}`;
    }
    const unpublished = this.#unpublished();
    if (unpublished !== null) return unpublished;
    const untold = this.#waiting.find(({ id, process, isTold }) => !isTold && process.isUp && this.#chronicle.stories.get(id)!.ends > 0);
    return untold === undefined ? null : `${untold.process.options.name} is not told how ${untold.id} ended`;
  }

  #isRunnable(fingerprint: string, stage: number): boolean {
    return this.#places.some(({ current, isClient }) => {
      if (isClient) return false;
      const { sagaClass, worker } = current!.options;
      const { graph } = blueprintOf(sagaClass);
      if (fingerprintOf(graph) === fingerprint) return true;
      if (worker === false || worker.upgrade !== 'compatible-prefix') return false;
      const other = this.#classes.map((one) => blueprintOf(one).graph).find((one) => fingerprintOf(one) === fingerprint)!;
      const [own, theirs] = [prefixesOf(graph), prefixesOf(other)];
      const firstOther = theirs.findIndex((prefix, index) => prefix !== own[index]);
      return stage < (firstOther < 0 ? theirs.length : firstOther);
    });
  }

  async #demandTheEnd(): Promise<void> {
    try {
      const heads = new Map((await this.#store.inner.heads([...this.#chronicle.stories.keys()])).map((head) => [head.id, head]));
      for (const story of this.#chronicle.stories.values()) {
        const head: Head = heads.get(story.id)!;
        story.demandIdempotentRecovery();
        this.#chronicle.count(`end: ${head.status}`);
        if (isAtRest(head)) demandLedger(story, this.#world, this.#processes);
        if (this.#world.published.has(`${story.id}:${story.outbox?.length ?? 0}`)) {
          throw new Violation(`${story.id}: more was published than it emitted`);
        }
      }
      for (const { id, by, made } of this.#repairs) {
        const isMade = this.#chronicle.stories.get(id)!.repairs.has(by);
        if (made === 'no' && isMade) throw new Violation(`${by}'s repair of ${id} was refused, and was made`);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #unpublished(): string | null {
    for (const { id, outbox } of this.#chronicle.stories.values()) {
      const index = (outbox ?? []).findIndex((event, at) => this.#world.published.get(`${id}:${at}`) !== JSON.stringify(event));
      if (index >= 0) return `event ${index} of ${id} is not published`;
    }
    return null;
  }

  #fail(error: unknown): void {
    this.#tell(() => `VIOLATION ${String(error)}`);
    this.#violation ??= error instanceof Error ? error : new Error(String(error));
  }

  #tell(what: () => string): void {
    if (this.#isTraced) this.#trace.push(`${this.#time.nowMs.toFixed(1).padStart(10)}  ${what()}`);
  }
}

/** Nobody is to go on with it; that a dead worker still has its name on it hinders nobody. */
function isAtRest({ hasInbox, wakeAtMs }: Head): boolean {
  return !hasInbox && wakeAtMs === null;
}

/** That the store could not be reached, or the runner was closed meanwhile. */
function isToBeExpected(error: unknown): boolean {
  return expected.has(codeOf(error) ?? '');
}
const expected: ReadonlySet<string> = new Set(['SAGA_LOG_UNAVAILABLE', 'SAGA_LOG_CLOSED']);
/** Then the repair was not made. */
const refusals: ReadonlySet<string> = new Set(['SAGA_LOG_NOT_STUCK', 'SAGA_LOG_REPAIR_CONFLICT', 'SAGA_LOG_BAD_REPAIR']);
