import type { SagaEvent } from 'class-saga';

type CompensationRef = Pick<Extract<SagaEvent, { type: 'compensation-begun' }>, 'step' | 'round' | 'undo'>;
type WaitFor = Extract<SagaEvent, { type: 'wait-begun' }>['for'];

/** `running`, `waiting` and `asked` go on by themselves; the others are for the driver to take up. */
export type Progress = 'running' | 'owed' | 'waiting' | 'due' | 'failed' | 'asked';

/** What goes on between its event and the next of the same kind: told from the events alone, one by one. */
export class UnderWay {
  readonly #progress = new Map<string, Progress>();

  of(name: string): Progress | undefined {
    return this.#progress.get(name);
  }

  /** Whether something goes on that will be heard of. */
  get isAwaited(): boolean {
    return [...this.#progress.values()].some((progress) => progress === 'running' || progress === 'waiting' || progress === 'asked');
  }

  see(event: SagaEvent): void {
    switch (event.type) {
      case 'step-begun':
        return this.#set(stepName(event), 'running');
      case 'step-succeeded':
      case 'step-skipped':
      case 'step-failed':
      case 'step-landed':
      case 'step-in-doubt':
        return this.#set(stepName(event), null);
      case 'step-attempt-failed':
        return this.#set(stepName(event), event.delayMs > 0 ? 'owed' : 'due');
      case 'compensation-begun':
        return this.#set(compensationName(event), 'running');
      case 'compensation-attempt-failed':
        return this.#set(compensationName(event), event.delayMs > 0 ? 'owed' : 'due');
      case 'compensation-failed':
        return this.#set(compensationName(event), 'failed');
      case 'compensation-error-asked':
        return this.#set(compensationName(event), 'asked');
      case 'compensation-succeeded':
      case 'compensation-error-answered':
        return this.#set(compensationName(event), null);
      case 'fallback-begun':
        return this.#set(fallbackName(event), 'running');
      case 'fallback-attempt-failed':
        return this.#set(fallbackName(event), event.delayMs > 0 ? 'owed' : 'due');
      case 'fallback-succeeded':
      case 'fallback-failed':
        return this.#set(fallbackName(event), null);
      case 'execution-cancelled':
        return this.#set('pass', null);
      case 'forward-resumed':
        return this.#set('pass', event.delayMs > 0 ? 'owed' : null);
      case 'wait-begun':
        return this.#set(nameOfWait(event.for), 'waiting');
      case 'wait-ended':
        return this.#set(nameOfWait(event.for), event.for.of === 'pass' ? null : 'due');
      default:
        return;
    }
  }

  #set(name: string, progress: Progress | null): void {
    if (progress === null) this.#progress.delete(name);
    else this.#progress.set(name, progress);
  }
}

export function stepName({ step }: { readonly step: string }): string {
  return `step ${step}`;
}

export function fallbackName({ step }: { readonly step: string }): string {
  return `fallback ${step}`;
}

export function compensationName({ step, round, undo }: CompensationRef): string {
  return `compensation ${step} ${round} ${undo}`;
}

export function nameOfWait(what: WaitFor): string {
  switch (what.of) {
    case 'step':
      return stepName(what);
    case 'fallback':
      return fallbackName(what);
    case 'compensation':
      return compensationName(what);
    case 'pass':
      return 'pass';
  }
}
