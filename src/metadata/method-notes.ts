// What the decorators said of one method, word for word and unjudged: the graph layer judges.

export interface RetryNote {
  readonly attempts: number;
  readonly baseMs?: number;
  readonly maxMs?: number;
  readonly jitter?: boolean;
  readonly retryIf?: (error: unknown) => boolean;
}
export interface StepNote {
  readonly needs?: readonly string[];
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly delivery?: 'at-least-once' | 'at-most-once';
  readonly transactional?: boolean;
  readonly override?: boolean;
}
/** A class in place of a step's own body, or of a whole saga: kept as it was given, and judged later. */
export interface SubSagaNote {
  readonly saga: unknown;
  readonly needs?: readonly string[];
  /** The child's step whose effect stands for the whole. */
  readonly effect?: string;
  readonly override?: boolean;
}
export interface UseStepNote {
  readonly stepClass: unknown;
  readonly needs?: readonly string[];
  readonly timeoutMs?: number;
  readonly graceMs?: number;
  readonly override?: boolean;
}
export interface AsyncNote {
  readonly timeoutMs?: number;
  readonly graceMs?: number;
}
export interface CompensateNote {
  readonly step: string;
  readonly requiresEffect?: boolean;
  readonly needs?: readonly string[];
  readonly timeoutMs?: number;
  readonly graceMs?: number;
}
export interface FallbackNote {
  readonly step: string;
  readonly timeoutMs?: number;
  readonly graceMs?: number;
}
export interface FinallyNote {
  readonly graceMs?: number;
}
/** A decorator stands there without its parentheses, so that it was called with the member itself. */
export interface BareNote {
  readonly decorator: string;
}

/** Notes by the decorator that made them. Lists, because a decorator may have been written twice: that is for the graph layer to judge. */
export interface NotesByKind {
  readonly step: readonly StepNote[];
  readonly subSaga: readonly SubSagaNote[];
  readonly useStep: readonly UseStepNote[];
  readonly async: readonly AsyncNote[];
  readonly retry: readonly RetryNote[];
  readonly compensate: readonly CompensateNote[];
  readonly fallback: readonly FallbackNote[];
  readonly finally: readonly FinallyNote[];
  readonly bare: readonly BareNote[];
}
export type NoteKind = keyof NotesByKind;

/** What the decorators stood on. */
export type MemberKind = 'method' | 'accessor' | 'property';

export interface MethodNotes extends NotesByKind {
  readonly method: string | symbol;
  readonly member: MemberKind;
  readonly isStatic: boolean;
}
