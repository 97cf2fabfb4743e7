// A saga as it was declared, right or wrong, with what the rules ask of it looked up once. Broken members are in it too, so that one
// mistake (a static step, say) is told once and not again wherever the step is named.
import type { CompensateNote, FallbackNote, StepNote } from '../metadata/method-notes.js';
import type { SagaMember, SagaMetadata } from '../metadata/read-saga.js';
import type { SagaNote } from '../metadata/record.js';

export interface Outline {
  /** For messages: the name of the class, or what stands for it. Never empty. */
  readonly className: string;
  /** What `@Saga` says. */
  readonly note: SagaNote;
  readonly metadata: SagaMetadata;
  readonly members: readonly SagaMember[];
  /** In declaration order; a step's place is its index. */
  readonly steps: readonly StepOutline[];
  readonly stepNames: readonly string[];
  readonly stepNamed: ReadonlyMap<string, StepOutline>;
  readonly stages: readonly (readonly StepOutline[])[];
  readonly compensations: readonly Answer<CompensateNote>[];
  readonly fallbacks: readonly Answer<FallbackNote>[];
}

export interface StepOutline {
  readonly name: string;
  readonly member: SagaMember;
  readonly note: StepNote;
  readonly async: boolean;
  readonly place: number;
  readonly stage: number;
  readonly needs: readonly string[];
}

/** A method that answers for a step: its compensation or its fallback. */
export interface Answer<N> {
  readonly member: SagaMember;
  readonly note: N;
  /** The step's name as it was written, if it is a name at all. */
  readonly step: string | undefined;
}

export function outlineOf(metadata: SagaMetadata): Outline {
  const { members } = metadata;
  const note = given(metadata.sagas[0]);
  const stages = stagesOf(members.filter((member) => member.step.length > 0 && typeof member.method === 'string'));
  const steps = stages.flat();
  return {
    className: metadata.className || (typeof note.name === 'string' && note.name) || 'The anonymous class',
    note,
    metadata,
    members,
    steps,
    stepNames: steps.map(({ name }) => name),
    stepNamed: new Map(steps.map((step) => [step.name, step])),
    stages,
    compensations: members.flatMap((member) => member.compensate.map((compensate) => answer(member, compensate))),
    fallbacks: members.flatMap((member) => member.fallback.map((fallback) => answer(member, fallback))),
  };
}

/** A plain step is a stage of its own; consecutive async steps are one together (R2). */
function stagesOf(members: readonly SagaMember[]): StepOutline[][] {
  const stages: StepOutline[][] = [];
  let lastIsAsync = false;
  for (const [place, member] of members.entries()) {
    const async = member.async.length > 0;
    const note = given<StepNote>(member.step[0]);
    const joinsLast = async && lastIsAsync;
    const stage = joinsLast ? stages.length - 1 : stages.length;
    const step = { name: String(member.method), member, note, async, place, stage, needs: namesIn(note.needs) };
    if (joinsLast) stages[stage]?.push(step);
    else stages.push([step]);
    lastIsAsync = async;
  }
  return stages;
}

function answer<N extends { readonly step: string }>(member: SagaMember, written: N): Answer<N> {
  const note = given<Partial<N>>(written);
  return { member, note: note as N, step: typeof note.step === 'string' ? note.step : undefined };
}

/** The names in what was written as `needs`: from JavaScript it may be anything. */
export function namesIn(needs: unknown): readonly string[] {
  return Array.isArray(needs) ? needs.filter((name) => typeof name === 'string') : [];
}

/** What was said, or nothing: from JavaScript the options may be anything. */
function given<N extends object>(note: N | null | undefined): Partial<N> {
  return typeof note === 'object' && note !== null ? note : {};
}
