// A saga as it was declared, right or wrong, with what the rules ask of it looked up once. Broken members are in it too, so that one
// mistake (a static step, say) is told once and not again wherever the step is named.
import type { CompensateNote, FallbackNote, StepNote, SubSagaNote, UseStepNote } from '../metadata/method-notes.js';
import { stepKindOf } from '../metadata/read-saga.js';
import type { ClassMetadata, SagaMember, StepKind } from '../metadata/read-saga.js';
import type { SagaNote } from '../metadata/record.js';
import type { DefinitionIssue } from '../errors/definition-error.js';
import type { AnyClass } from './any-class.js';
import type { Blueprint } from './blueprint.js';

export interface Outline {
  /** For messages: the name of the class, or what stands for it. Never empty. */
  readonly className: string;
  /** What `@Saga` says. */
  readonly note: SagaNote;
  readonly metadata: ClassMetadata;
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
  readonly kind: StepKind;
  /** What the decorator that makes it a step says. */
  readonly note: AnyStepNote;
  /** The sub-saga or the step class; `null` for a step with a body of its own. */
  readonly uses: PartClass | null;
  readonly async: boolean;
  readonly place: number;
  readonly stage: number;
  readonly needs: readonly string[];
}

/** Of whatever kind the step is: what decorators of other kinds would say is not there. */
export type AnyStepNote = Partial<StepNote & SubSagaNote & UseStepNote>;

/** What was given to `@SubSaga` or `@UseStep`, once it was looked at. */
export type PartClass =
  /** No class at all. */
  | { readonly is: 'value'; readonly value: unknown }
  /** A class without `@Saga`: a step class, perhaps. */
  | { readonly is: 'class'; readonly class: AnyClass; readonly className: string; readonly outline: Outline }
  | { readonly is: 'saga'; readonly class: AnyClass; readonly className: string; readonly blueprint: Blueprint }
  /** A saga with mistakes of its own. */
  | { readonly is: 'wrong-saga'; readonly className: string; readonly issues: readonly DefinitionIssue[] }
  /** The saga that is being looked at, or one that it is a part of. */
  | { readonly is: 'outer-saga'; readonly className: string };

/** A method that answers for a step: its compensation or its fallback. */
export interface Answer<N> {
  readonly member: SagaMember;
  readonly note: N;
  /** The step's name as it was written, if it is a name at all. */
  readonly step: string | undefined;
}

/** `lookedUp` says what the classes are that its steps use; for a step class, whose one step uses none, it is left out. */
export function outlineOf(metadata: ClassMetadata, lookedUp?: (given: unknown) => PartClass): Outline {
  const { members } = metadata;
  const note = given<SagaNote>(metadata.sagas[0]);
  const stages = stagesOf(members, lookedUp);
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

/** A plain step is a stage of its own, and so is a sub-saga (R24); consecutive async steps are one together (R2). */
function stagesOf(members: readonly SagaMember[], lookedUp?: (given: unknown) => PartClass): StepOutline[][] {
  const stages: StepOutline[][] = [];
  let place = 0;
  let lastIsAsync = false;
  for (const member of members) {
    const kind = stepKindOf(member);
    if (kind === undefined || typeof member.method !== 'string') continue;
    const async = kind !== 'subSaga' && member.async.length > 0;
    const note = given<AnyStepNote>(member[kind][0]);
    const uses = kind === 'step' || !lookedUp ? null : lookedUp(kind === 'subSaga' ? note.saga : note.stepClass);
    const joinsLast = async && lastIsAsync;
    const stage = joinsLast ? stages.length - 1 : stages.length;
    const step = { name: member.method, member, kind, note, uses, async, place, stage, needs: namesIn(note.needs) };
    if (joinsLast) stages[stage]?.push(step);
    else stages.push([step]);
    place += 1;
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
