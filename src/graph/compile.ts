// The class, once judged, as a frozen graph: what the decorators said, with every default in place.
import { SagaDefinitionError } from '../errors/definition-error.js';
import type { AsyncNote, CompensateNote, FallbackNote, RetryNote } from '../metadata/method-notes.js';
import { readSaga, sagaNotesInForce } from '../metadata/read-saga.js';
import type { SagaMember } from '../metadata/read-saga.js';
import type { SagaNote } from '../metadata/record.js';
import { asyncTimeoutMs, compensationTimeoutMs, defaultGraceMs, defaultMaxMs } from './defaults.js';
import { describeGraph } from './describe.js';
import { notASaga } from './not-a-saga.js';
import { outlineOf } from './outline.js';
import type { Answer, Outline, StepOutline } from './outline.js';
import { issuesOf } from './rules.js';
import type { CompensationNode, FallbackNode, FinallyNode, RetryPolicy, SagaGraph, StepNode } from './saga-graph.js';

/** Any class, abstract or not: whether it is a saga is for `compile` to say. */
export type AnyClass = abstract new (...args: never[]) => object;

/** What running a saga takes besides its instance: the graph, and the functions that are not data. */
export interface Blueprint {
  readonly graph: SagaGraph;
  /** By the method that `@Retry` stands on, where it has a `retryIf`. */
  readonly retryIf: ReadonlyMap<string, (error: unknown) => boolean>;
}

/**
 * The graph of a saga: frozen, the same for every call, plain data for JSON, and readable in `console.log`.
 * @throws SagaDefinitionError with every mistake in the declaration.
 * @throws SagaError with the code SAGA_DEFINITION_NOT_A_SAGA for anything but a saga.
 */
export function compile(saga: AnyClass): SagaGraph {
  return blueprintOf(saga).graph;
}

/**
 * By the list that holds the class's `@Saga` notes, not by the class: subclasses that add nothing (test doubles, what class decorators
 * returned) share their saga's blueprint, and a second `@Saga` makes a new list, so it is judged and not passed over.
 */
const blueprints = new WeakMap<readonly SagaNote[], Blueprint>();

/** @throws as `compile` does. */
export function blueprintOf(saga: AnyClass): Blueprint {
  const declaration = typeof saga === 'function' ? sagaNotesInForce(saga) : undefined;
  if (!declaration) throw notASaga(saga);
  const known = blueprints.get(declaration);
  if (known) return known;
  const blueprint = drawn(saga);
  blueprints.set(declaration, blueprint);
  return blueprint;
}

function drawn(saga: AnyClass): Blueprint {
  const metadata = readSaga(saga);
  if (!metadata) throw notASaga(saga);
  const outline = outlineOf(metadata);
  const [issue, ...others] = issuesOf(outline);
  if (issue) throw new SagaDefinitionError(outline.className, [issue, ...others]);
  return Object.freeze({ graph: graphOf(outline), retryIf: retryConditionsOf(outline) });
}

function graphOf(outline: Outline): SagaGraph {
  const compensations = new Map(outline.compensations.map((compensation) => [compensation.step, compensation]));
  const fallbacks = new Map(outline.fallbacks.map((fallback) => [fallback.step, fallback]));
  return deepFrozen(
    printable({
      saga: outline.note.name ?? outline.className,
      version: outline.note.version ?? null,
      steps: outline.steps.map((step) => stepNode(step, compensations.get(step.name), fallbacks.get(step.name))),
      stages: outline.stages.map((stage) => stage.map(({ name }) => name)),
      finally: outline.members.flatMap(finallyNodes),
    }),
  );
}

function stepNode(step: StepOutline, compensation?: Answer<CompensateNote>, fallback?: Answer<FallbackNote>): StepNode {
  const { name, member, note, stage, async, needs } = step;
  const asyncNote: AsyncNote = member.async[0] ?? {};
  return {
    name,
    method: name,
    stage,
    async,
    needs: [...needs],
    timeoutMs: timeLimit(note.timeoutMs ?? asyncNote.timeoutMs ?? (async ? asyncTimeoutMs : Infinity)),
    graceMs: note.graceMs ?? asyncNote.graceMs ?? defaultGraceMs,
    retry: retryPolicy(member.retry[0]),
    compensation: compensation ? compensationNode(compensation) : null,
    fallback: fallback ? fallbackNode(fallback) : null,
  };
}

function compensationNode({ member, note }: Answer<CompensateNote>): CompensationNode {
  return {
    method: String(member.method),
    requiresEffect: note.requiresEffect ?? false,
    needs: [...(note.needs ?? [])],
    timeoutMs: timeLimit(note.timeoutMs ?? compensationTimeoutMs),
    graceMs: note.graceMs ?? defaultGraceMs,
    retry: retryPolicy(member.retry[0]),
  };
}

function fallbackNode({ member, note }: Answer<FallbackNote>): FallbackNode {
  return {
    method: String(member.method),
    timeoutMs: timeLimit(note.timeoutMs ?? compensationTimeoutMs),
    graceMs: note.graceMs ?? defaultGraceMs,
    retry: retryPolicy(member.retry[0]),
  };
}

function finallyNodes({ method, ...notes }: SagaMember): readonly FinallyNode[] {
  return notes.finally.map((note) => ({ method: String(method), graceMs: note.graceMs ?? defaultGraceMs }));
}

function retryPolicy(note: RetryNote | undefined): RetryPolicy | null {
  if (!note) return null;
  const { attempts, baseMs = null, maxMs = defaultMaxMs, jitter = true, retryIf } = note;
  return { attempts, baseMs, maxMs, jitter, conditional: retryIf !== undefined };
}

/** JSON knows no Infinity. */
function timeLimit(timeoutMs: number): number | null {
  return timeoutMs === Infinity ? null : timeoutMs;
}

function retryConditionsOf({ members }: Outline): Blueprint['retryIf'] {
  return new Map(members.flatMap(({ method, retry: [note] }) => (note?.retryIf ? [[String(method), note.retryIf] as const] : [])));
}

/** What `console.log` calls. Not enumerable, so that the graph is still plain data to JSON and to whoever compares it. */
function printable(graph: SagaGraph): SagaGraph {
  return Object.defineProperty(graph, Symbol.for('nodejs.util.inspect.custom'), { value: () => describeGraph(graph) });
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFrozen);
  return value;
}
