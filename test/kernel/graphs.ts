import { subPath } from '../../src/graph/paths.js';
import type {
  CompensationNode, FallbackNode, OpenedSaga, RetryPolicy, SagaGraph, StepNode, SubSagaNode,
} from '../../src/graph/saga-graph.js';

// Graphs as the compiler would make them, said in a line.

export interface Said {
  readonly needs?: readonly string[];
  readonly timeoutMs?: number;
  /** A number: so many runs, without a wait. */
  readonly retry?: number | Partial<RetryPolicy>;
  /** `false`: the step has no compensation. */
  readonly undo?: false | (Partial<Omit<CompensationNode, 'retry'>> & { readonly retry?: number | Partial<RetryPolicy> });
  readonly fallback?: true | { readonly retry?: number | Partial<RetryPolicy> };
  /** Whether it may be entered once only (`delivery: 'at-most-once'`). */
  readonly once?: boolean;
  /** The name of the step class whose body, compensation and fallback it uses. */
  readonly stepClass?: string;
}

interface SaidStep extends Said {
  readonly name: string;
  readonly async: boolean;
}

export interface SaidSubSaga {
  readonly name: string;
  readonly needs: readonly string[];
  /** The one of its steps whose effect is taken for its own; `null`: the effects of them all. */
  readonly effect: string | null;
  readonly steps: readonly SaidMember[];
}

export type SaidMember = SaidStep | SaidSubSaga;

export function plain(name: string, said: Said = {}): SaidStep {
  return { name, async: false, ...said };
}

export function async(name: string, said: Said = {}): SaidStep {
  return { name, async: true, ...said };
}

interface OfOpening {
  readonly needs?: readonly string[];
  readonly effect?: string;
}

/** A step that opens a sub-saga, and the steps of that: these say names and needs as their own class does, without a path (R24). */
export function subSaga(name: string, { needs = [], effect }: OfOpening, ...steps: readonly SaidMember[]): SaidSubSaga {
  return { name, needs, effect: effect ?? null, steps };
}

/** The time limit of compensations and fallbacks. */
const limit = { timeoutMs: 30_000, graceMs: 1_000 };

export function sagaOf(...members: readonly SaidMember[]): SagaGraph {
  return graphOf('BookTrip', members);
}

function graphOf(saga: string, members: readonly SaidMember[]): SagaGraph {
  const stages: string[][] = [];
  const steps: StepNode[] = [];
  for (const { within, step, opens } of flattened('', members)) {
    const { name, async } = step;
    const last = steps.at(-1);
    const path = subPath(within, name);
    if (async && last?.async === true && last.within === within) stages.at(-1)!.push(path);
    else stages.push([path]);
    steps.push(nodeOf(within, step, opens, stages.length - 1));
  }
  return { saga, version: null, steps, stages, finally: [], subSagas: members.filter(isSubSaga).map(subSagaNode) };
}

function subSagaNode({ name, steps }: SaidSubSaga): SubSagaNode {
  return { path: name, graph: graphOf(className(name), steps) };
}

interface FlatStep {
  readonly within: string;
  readonly step: SaidStep;
  readonly opens: OpenedSaga | null;
}

/** What opens a sub-saga, then its steps. */
function flattened(within: string, members: readonly SaidMember[]): FlatStep[] {
  return members.flatMap((member): FlatStep[] => {
    if (!isSubSaga(member)) return [{ within, step: member, opens: null }];
    const { name, needs, effect, steps } = member;
    const opening = plain(name, { needs, undo: false });
    return [{ within, step: opening, opens: { saga: className(name), effect } }, ...flattened(subPath(within, name), steps)];
  });
}

function isSubSaga(member: SaidMember): member is SaidSubSaga {
  return 'steps' in member;
}

function className(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Rates, then the card, then hotel, car and flight beside each other, the flight after the hotel; then the confirmation. */
export const trip = sagaOf(
  plain('rates', { undo: false }),
  plain('card', { needs: ['rates'], undo: { needs: ['rates'] } }),
  async('hotel'),
  async('car', { timeoutMs: 5_000 }),
  async('flight', { needs: ['hotel'], retry: { attempts: 2, baseMs: 100, jitter: false } }),
  plain('confirmation', { needs: ['hotel', 'flight'] }),
);

/** A card, lodging with a hotel and a spa, in which a massage and a sauna are booked beside each other; then the confirmation. */
export const lodgingTrip = sagaOf(
  plain('card'),
  subSaga(
    'lodging',
    { needs: ['card'] },
    plain('hotel'),
    subSaga('spa', { needs: ['hotel'] }, async('massage'), async('sauna', { undo: { requiresEffect: true } })),
    plain('key', { needs: ['spa'], undo: { needs: ['spa'] } }),
  ),
  plain('confirmation', { needs: ['lodging'] }),
);

export function retryPolicy(said: number | Partial<RetryPolicy>): RetryPolicy {
  const policy = typeof said === 'number' ? { attempts: said } : said;
  return { attempts: 1, baseMs: null, maxMs: 5_000, jitter: true, conditional: false, ...policy };
}

function nodeOf(within: string, step: SaidStep, opens: OpenedSaga | null, stage: number): StepNode {
  const { name, async, needs = [], timeoutMs, retry, undo = {}, fallback, once = false, stepClass } = step;
  const path = (need: string): string => subPath(within, need);
  return {
    name: path(name),
    within,
    method: name,
    opens,
    stepClass: stepClass ?? null,
    stage,
    async,
    needs: needs.map(path),
    timeoutMs: timeoutMs ?? null,
    graceMs: 1_000,
    retry: retry === undefined ? null : retryPolicy(retry),
    delivery: once ? 'at-most-once' : 'at-least-once',
    transactional: false,
    compensation: undo === false ? null : compensationNode(name, undo, path),
    fallback: fallback === undefined ? null : fallbackNode(name, fallback),
  };
}

type SaidCompensation = Exclude<Said['undo'], undefined | false>;

function compensationNode(name: string, { needs = [], ...said }: SaidCompensation, path: (need: string) => string): CompensationNode {
  return { method: `undo ${name}`, requiresEffect: false, ...limit, ...said, needs: needs.map(path), retry: orNull(said.retry) };
}

function fallbackNode(name: string, said: Exclude<Said['fallback'], undefined>): FallbackNode {
  return { method: `instead of ${name}`, ...limit, retry: said === true ? null : orNull(said.retry) };
}

function orNull(said: number | Partial<RetryPolicy> | undefined): RetryPolicy | null {
  return said === undefined ? null : retryPolicy(said);
}
