import type { CompensationErrorAnswer, Outcome, SagaEvent, SagaFailure, StepFailure } from 'class-saga';
import type { Call, CompensationCall, Entry, FallbackCall, StepCall } from './observation.js';
import type { SagaScript, StepScript } from './script.js';

type CompensationBegun = Extract<SagaEvent, { type: 'compensation-begun' }>;
type LateEffect = Extract<SagaEvent, { type: 'late-effect' }>;
type CompensationRef = Pick<CompensationBegun, 'step' | 'round' | 'undo'>;

// Book-keeping for the checks: what stands, with which effect, after each entry of a log. It believes the events about what happened
// (facts.ts holds them against the calls) and decides nothing.

export type Status = 'absent' | 'running' | 'between-attempts' | 'overdue' | 'done' | 'failed' | 'undoing' | 'undone' | 'remaining';

export interface Standing {
  readonly script: StepScript;
  status: Status;
  round: number;
  /** The attempt called last; `undefined` between its event and its call. */
  call: StepCall | undefined;
  /** The key of this round, once a call was seen. */
  key: string | undefined;
  /** Calls of this round so far, those of earlier passes included. */
  callsOfRound: number;
  effect: unknown;
  known: boolean;
  outcome: Outcome;
  error: unknown;
  /** It said that it did nothing, in the first run of its round (R4). */
  skipped: boolean;
  /** In this unwinding its turn came, and nothing was called. */
  passedOver: boolean;
}

/** One unwinding: whose turn it is to be undone. */
export interface Unwinding {
  /** The steps that had failed, last declared first. */
  readonly failed: readonly string[];
  /** Whose turn did not come yet, in the order of R8. */
  readonly waiting: string[];
  /** Whose compensation or fallback is under way. */
  current: string | null;
  /** Whose turn it was last: it may not be over yet, for a fallback may follow the compensation. */
  last: string | null;
  /** Whether a compensation failed for good and the answer was to stop. */
  stopped: boolean;
}

/** A compensation that failed for good, and was not resolved. */
export interface Leftover {
  readonly step: string;
  readonly key: string;
  readonly effect: unknown;
  readonly outcome: Outcome;
  readonly error: unknown;
}

/** An attempt that was given up in doubt, and what it saw. */
export interface DoubtfulAttempt {
  readonly call: StepCall;
  readonly step: string;
  readonly key: string;
  readonly error: unknown;
  readonly failure: SagaFailure;
  /** It had not timed out: its step was told to stop because the execution was cancelled (R19). */
  readonly cancelled: boolean;
  readonly effects: ReadonlyMap<string, unknown>;
}

interface OpenCompensation {
  readonly event: CompensationBegun;
  error: unknown;
}

export class Ledger {
  readonly steps: readonly Standing[];
  /** Since the execution last went forward (R7): of steps, or, of no step, that it was cancelled before any failed (R19). */
  failures: SagaFailure[] = [];
  fallbackErrors: StepFailure[] = [];
  aborted = false;
  cancelled = false;
  /** The wait for the next pass, until it is over: why it waits, and who only continued (R19). */
  passWait: { readonly failure: SagaFailure; readonly continued: readonly string[] } | null = null;
  readonly leftovers: Leftover[] = [];
  unwinding: Unwinding | null = null;
  ended = false;
  readonly doubtful: DoubtfulAttempt[] = [];
  /** Compensations under way, late ones included. */
  readonly #open = new Map<string, OpenCompensation>();
  readonly #lateEffects: LateEffect[] = [];
  readonly #keys = new Map<string, string>();
  /** The effects that compensations and fallbacks offered to continue with. */
  readonly #offers = new Map<string, unknown>();
  /** Calls of late compensations: their verdicts are void (R5a). */
  readonly #voidCalls = new Set<Call>();
  /** Whether the call that comes next is one of them; an event and its call are neighbours, but for late ones after the end. */
  #begunLate = false;

  constructor(readonly script: SagaScript) {
    this.steps = script.steps.map((step) => ({
      script: step,
      status: 'absent',
      round: 1,
      call: undefined,
      key: undefined,
      callsOfRound: 0,
      effect: undefined,
      known: false,
      outcome: 'succeeded',
      error: undefined,
      skipped: false,
      passedOver: false,
    }));
  }

  of(step: string): Standing {
    return this.steps.find(({ script }) => script.name === step)!;
  }

  /** The key that the step was called under in this round. */
  keyOf(step: string, round: number): string | undefined {
    return this.#keys.get(`${step} ${round}`);
  }

  /** A compensation failed for good (R15). */
  get isStuck(): boolean {
    return this.leftovers.length > 0;
  }

  get mayGoForward(): boolean {
    return !this.aborted && !this.cancelled && !this.isStuck;
  }

  get hasOpenCompensation(): boolean {
    return this.#open.size > 0;
  }

  /** Of this step and round, late or not. */
  openCompensations(step: string, round: number): readonly CompensationBegun[] {
    return [...this.#open.values()].map(({ event }) => event).filter((event) => event.step === step && event.round === round);
  }

  /** Whether its turn would call anything: its compensation, or the fallback of a step that failed (R9, R12a). */
  hasTurn(name: string): boolean {
    const step = this.of(name);
    return hasCompensationToCall(step) || (step.status === 'failed' && step.script.fallback !== null && this.mayGoForward);
  }

  see(entry: Entry): void {
    switch (entry.type) {
      case 'called':
        if (entry.call.of === 'step') this.#stepCalled(entry.call);
        else if (this.#begunLate) this.#voidCalls.add(entry.call);
        return;
      case 'settled':
        if (entry.how === 'threw' || entry.call.of === 'step' || this.#voidCalls.has(entry.call)) return;
        return this.#offered(entry.call, entry.value);
      case 'event':
        return this.#happened(entry.event);
      default:
        return;
    }
  }

  #stepCalled(call: StepCall): void {
    const { step, key } = call;
    const standing = this.of(step);
    standing.call = call;
    standing.key = key;
    standing.callsOfRound += 1;
    this.#keys.set(`${step} ${standing.round}`, key);
  }

  #offered({ step, play }: CompensationCall | FallbackCall, value: unknown): void {
    if (play.does === 'continue') this.#offers.set(step, (value as { readonly effect: unknown }).effect);
    if (play.does === 'succeed') this.#offers.set(step, value);
  }

  #happened(event: SagaEvent): void {
    switch (event.type) {
      case 'step-begun': {
        const step = this.of(event.step);
        if (event.round !== step.round) Object.assign(step, { round: event.round, callsOfRound: 0 });
        Object.assign(step, { ...nothingKnown, status: 'running', call: undefined });
        return;
      }
      case 'step-succeeded':
        return this.#set(event.step, { status: 'done', effect: event.effect, known: true });
      case 'step-skipped':
        return this.#set(event.step, { status: 'done', skipped: this.of(event.step).callsOfRound === 1 });
      case 'step-attempt-failed':
        return this.#set(event.step, { status: 'between-attempts', error: event.error });
      case 'step-failed':
        if (event.outcome === 'aborted') this.aborted = true;
        this.failures.push({ step: event.step, error: event.error });
        return this.#set(event.step, { status: 'failed', outcome: event.outcome, error: event.error });
      case 'step-timed-out':
        this.failures.push({ step: event.step, error: event.error });
        return this.#set(event.step, { status: 'overdue', error: event.error });
      case 'step-landed':
        return this.#set(event.step, { status: 'failed', outcome: 'timed-out', effect: event.effect, known: true });
      case 'step-in-doubt':
        if (event.aborts === true) this.aborted = true;
        this.#leftInDoubt(event.step);
        return this.#set(event.step, { status: 'failed', outcome: 'in-doubt' });
      case 'execution-cancelled':
        return this.#cancel(event.error);
      case 'wait-ended':
        if (event.for.of === 'pass') this.passWait = null;
        return;
      case 'late-effect':
        return this.#lateEffect(event);
      case 'unwinding-begun':
        return this.#turnBack();
      case 'step-passed-over':
        if (this.unwinding!.waiting[0] === event.step) this.unwinding!.waiting.shift();
        return this.#set(event.step, { passedOver: true });
      case 'compensation-begun':
        this.#begunLate = event.late;
        if (!this.#open.has(refOf(event))) this.#open.set(refOf(event), { event, error: undefined });
        if (!event.late && event.attempt === 1) this.#turnOf(event.step);
        return;
      case 'compensation-failed':
        this.#open.get(refOf(event))!.error = event.error;
        return;
      case 'compensation-succeeded':
        if (!this.#closed(event).event.late) this.#turnIsOver(event.step, 'undone', event.answer.type === 'abort');
        return;
      case 'compensation-error-answered':
        return this.#errorAnswered(event);
      case 'fallback-begun':
        this.#begunLate = false;
        if (event.attempt === 1) this.#turnOf(event.step);
        return;
      case 'fallback-succeeded':
        return this.#turnIsOver(event.step, 'undone', false);
      case 'fallback-failed':
        this.fallbackErrors.push({ step: event.step, error: event.error });
        return this.#turnIsOver(event.step, 'undone', event.aborted);
      case 'forward-resumed':
        return this.#goForward(event);
      case 'execution-ended':
        this.ended = true;
        return;
      default:
        return;
    }
  }

  #set(step: string, change: Partial<Standing>): void {
    Object.assign(this.of(step), change);
  }

  #leftInDoubt(step: string): void {
    const { call, key, error, status } = this.of(step);
    const cancelled = status === 'running';
    const effects = new Map(this.steps.map(({ script, effect }) => [script.name, effect]));
    this.doubtful.push({ call: call!, step, key: key!, error, failure: this.failures[0]!, cancelled, effects });
  }

  #lateEffect(event: LateEffect): void {
    const { step: name, round, attempt, effect } = event;
    this.#lateEffects.push(event);
    const step = this.of(name);
    const isInTime = step.status === 'failed' && !step.passedOver && this.unwinding?.stopped !== true;
    if (step.round !== round || step.call?.attempt !== attempt || !isInTime || step.known) return;
    const doubtful = this.doubtful.find(({ call }) => call === step.call)!;
    Object.assign(step, { effect, known: true, outcome: step.outcome === 'in-doubt' ? lateOutcome(doubtful) : step.outcome });
  }

  /** The error of a step that had failed before stays. In a wait for the next pass, what continued has continued in vain (R19). */
  #cancel(error: unknown): void {
    this.cancelled = true;
    if (this.failures.length > 0) return;
    for (const step of this.passWait?.continued ?? []) this.of(step).status = 'undone';
    this.passWait = null;
    this.failures.push({ step: undefined, error });
  }

  #turnBack(): void {
    const standing = this.steps.filter(({ status }) => status === 'done' || status === 'failed').reverse();
    const failed = standing.filter(({ status }) => status === 'failed');
    const others = standing.filter(({ status }) => status === 'done');
    const names = (steps: readonly Standing[]): string[] => steps.map(({ script }) => script.name);
    this.unwinding = { failed: names(failed), waiting: [...names(failed), ...names(others)], current: null, last: null, stopped: false };
  }

  #turnOf(step: string): void {
    const { waiting } = this.unwinding!;
    this.unwinding!.current = step;
    this.unwinding!.last = step;
    if (waiting.includes(step)) waiting.splice(0, waiting.indexOf(step) + 1);
    this.of(step).status = 'undoing';
  }

  #turnIsOver(step: string, status: 'undone' | 'remaining', aborts: boolean): void {
    if (aborts) this.aborted = true;
    this.of(step).status = status;
    this.unwinding!.current = null;
  }

  #closed(event: CompensationRef): OpenCompensation {
    const open = this.#open.get(refOf(event))!;
    this.#open.delete(refOf(event));
    return open;
  }

  #errorAnswered(answered: CompensationRef & { readonly answer: CompensationErrorAnswer }): void {
    const { event, error } = this.#closed(answered);
    const { step, round, effect, late } = event;
    if (answered.answer !== 'resolved') {
      const key = this.keyOf(step, round)!;
      this.leftovers.push({ step, key, effect, error, outcome: late ? this.#lateOutcomeOf(event) : this.of(step).outcome });
    }
    if (late) return;
    if (answered.answer === 'stop') this.unwinding!.stopped = true;
    this.#turnIsOver(step, answered.answer === 'resolved' ? 'undone' : 'remaining', false);
  }

  /** Of an effect that came late, by the attempt that gave it. */
  #lateOutcomeOf({ step, round, effect }: CompensationBegun): Outcome {
    const { attempt } = this.#lateEffects.find((late) => late.step === step && late.round === round && Object.is(late.effect, effect))!;
    const key = this.keyOf(step, round);
    return lateOutcome(this.doubtful.find(({ call }) => call.step === step && call.key === key && call.attempt === attempt)!);
  }

  #goForward({ anew, continued, delayMs }: Extract<SagaEvent, { type: 'forward-resumed' }>): void {
    this.passWait = delayMs > 0 ? { failure: this.failures[0]!, continued } : null;
    for (const step of this.steps) step.passedOver = false;
    for (const step of anew) this.#set(step, { ...nothingKnown, status: 'absent' });
    for (const step of continued) {
      this.#set(step, { ...nothingKnown, status: 'done', effect: this.#offers.get(step), known: true, outcome: 'continued' });
    }
    this.failures = [];
    this.fallbackErrors = [];
    this.unwinding = null;
  }
}

const nothingKnown = { effect: undefined, known: false, outcome: 'succeeded', error: undefined, skipped: false } as const;

/** It gave an effect after all. */
export function lateOutcome({ cancelled }: DoubtfulAttempt): Outcome {
  return cancelled ? 'cancelled' : 'timed-out';
}

/** Whether undoing it calls its compensation (R4, R9). */
export function hasCompensationToCall({ script: { compensation }, skipped, known }: Standing): boolean {
  return compensation !== null && !skipped && (known || !compensation.requiresEffect);
}

/** Every step is done: from here on it can only complete. */
export function isThrough({ steps, unwinding, failures }: Ledger): boolean {
  return unwinding === null && failures.length === 0 && steps.every(({ status }) => status === 'done');
}

/** It has begun, and was neither undone nor passed over nor begun anew since. */
export function stands({ status, passedOver }: Standing): boolean {
  return (status === 'done' || status === 'failed') && !passedOver;
}

function refOf({ step, round, undo }: CompensationRef): string {
  return `${step} ${round} ${undo}`;
}
