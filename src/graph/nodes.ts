// What the decorators said as nodes of the graph, with every default in place.
import type { CompensateNote, FallbackNote, RetryNote, StepNote } from '../metadata/method-notes.js';
import type { SagaMember } from '../metadata/read-saga.js';
import { asyncTimeoutMs, compensationTimeoutMs, defaultGraceMs, defaultMaxMs } from './defaults.js';
import type { Answer, Outline, StepOutline } from './outline.js';
import type { CompensationNode, FallbackNode, FinallyNode, RetryPolicy, StepNode } from './saga-graph.js';

/** What answers for the steps of a class, by the step's name. */
export interface Answers {
  readonly compensations: ReadonlyMap<string | undefined, Answer<CompensateNote>>;
  readonly fallbacks: ReadonlyMap<string | undefined, Answer<FallbackNote>>;
}

/** The policy of a member, where it has a `@Retry`. */
export type PolicyOf = (member: SagaMember) => RetryPolicy | null;

export function answersIn({ compensations, fallbacks }: Outline): Answers {
  return {
    compensations: new Map(compensations.map((compensation) => [compensation.step, compensation])),
    fallbacks: new Map(fallbacks.map((fallback) => [fallback.step, fallback])),
  };
}

export function stepNode(step: StepOutline, answers: Answers, policyOf: PolicyOf): StepNode {
  const { note, member, async } = step;
  return {
    ...bareNode(step),
    async,
    ...stepLimits([note, member.async[0]], async),
    retry: policyOf(member),
    ...stepPromises(note),
    compensation: compensationNode(answers.compensations.get(step.name), policyOf),
    fallback: fallbackNode(answers.fallbacks.get(step.name), policyOf),
  };
}

/** The step that computes the input of a sub-saga. Whatever else there is to say is said of the steps of that saga. */
export function openingNode(step: StepOutline, saga: string): StepNode {
  return { ...bareNode(step), opens: { saga, effect: step.note.effect ?? null } };
}

/** A step that uses a step class. What the saga says goes before what the class says of its `execute`; the answers are of the class. */
export function stepClassNode(step: StepOutline, used: Outline, policyOf: PolicyOf): StepNode {
  const { note, member, async, needs } = step;
  const execute = used.stepNamed.get('execute');
  const answers = answersIn(used);
  const compensation = compensationNode(answers.compensations.get('execute'), policyOf);
  return {
    ...bareNode(step),
    stepClass: used.metadata.className || '(anonymous)',
    async,
    ...stepLimits([note, member.async[0], execute?.note], async),
    retry: policyOf(member) ?? (execute ? policyOf(execute.member) : null),
    ...stepPromises(execute?.note),
    // To undo the step, its input is computed anew, from the effects it was computed from.
    compensation: compensation && { ...compensation, needs: [...needs] },
    fallback: fallbackNode(answers.fallbacks.get('execute'), policyOf),
  };
}

/** A plain step of which nothing is said. */
function bareNode({ name, stage, needs }: StepOutline): StepNode {
  return {
    name,
    within: '',
    method: name,
    opens: null,
    stepClass: null,
    stage,
    async: false,
    needs: [...needs],
    timeoutMs: null,
    graceMs: defaultGraceMs,
    retry: null,
    ...stepPromises(undefined),
    compensation: null,
    fallback: null,
  };
}

function compensationNode(compensation: Answer<CompensateNote> | undefined, policyOf: PolicyOf): CompensationNode | null {
  if (!compensation) return null;
  const { member, note } = compensation;
  return {
    method: String(member.method),
    requiresEffect: note.requiresEffect ?? false,
    needs: [...(note.needs ?? [])],
    ...answerLimits(note),
    retry: policyOf(member),
  };
}

function fallbackNode(fallback: Answer<FallbackNote> | undefined, policyOf: PolicyOf): FallbackNode | null {
  if (!fallback) return null;
  const { member, note } = fallback;
  return { method: String(member.method), ...answerLimits(note), retry: policyOf(member) };
}

export function finallyNodes({ method, ...notes }: SagaMember): readonly FinallyNode[] {
  return notes.finally.map((note) => ({ method: String(method), within: '', graceMs: note.graceMs ?? defaultGraceMs }));
}

export function retryPolicy(note: RetryNote): RetryPolicy {
  const { attempts, baseMs = null, maxMs = defaultMaxMs, jitter = true, retryIf } = note;
  return { attempts, baseMs, maxMs, jitter, conditional: retryIf !== undefined };
}

/** Of a step class its `execute` says them: they tell what its body bears. */
function stepPromises({ delivery = 'at-least-once', transactional = false }: StepNote = {}): Pick<StepNode, 'delivery' | 'transactional'> {
  return { delivery, transactional };
}

interface Limits {
  readonly timeoutMs?: number;
  readonly graceMs?: number;
}

/** The first that says something counts. */
function stepLimits(said: readonly (Limits | undefined)[], async: boolean): Pick<StepNode, 'timeoutMs' | 'graceMs'> {
  const firstSaid = (limit: keyof Limits): number | undefined => said.find((limits) => limits?.[limit] !== undefined)?.[limit];
  return {
    timeoutMs: timeLimit(firstSaid('timeoutMs') ?? (async ? asyncTimeoutMs : Infinity)),
    graceMs: firstSaid('graceMs') ?? defaultGraceMs,
  };
}

function answerLimits({ timeoutMs, graceMs }: Limits): Pick<FallbackNode, 'timeoutMs' | 'graceMs'> {
  return { timeoutMs: timeLimit(timeoutMs ?? compensationTimeoutMs), graceMs: graceMs ?? defaultGraceMs };
}

/** JSON knows no Infinity. */
function timeLimit(timeoutMs: number): number | null {
  return timeoutMs === Infinity ? null : timeoutMs;
}
