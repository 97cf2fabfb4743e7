import { isSagaError } from 'class-saga';
import type { ObservedEvent, Observer } from 'class-saga';
import type { Phrase } from './phrase.js';
import { Walk } from './walk.js';

/** The words for the steps of a saga. */
export interface Wording {
  /** `undefined`: the step opens a sub-saga, and is told only if it fails. */
  phraseFor(step: string): Phrase<unknown> | undefined;
  /** How many characters the names of the steps take. */
  readonly nameWidth: number;
}

/** What every account begins with. */
export const legend = '→ a step forward   ← a step undone   ┌ │ └ at the same time';

/** Tells every execution as a numbered walk: 1, 2, 3 forward, and counting on, 4, 5, 6 on the way back. */
export function account(tell: (line: string) => void, wording: Wording): Observer {
  const accounts = new Map<string, Account>();
  return (event, { id }) => {
    const its = accounts.get(id) ?? new Account(new Walk(tell, wording.nameWidth), wording);
    accounts.set(id, its);
    its.add(event);
  };
}

/** Turns the events of one execution into words. */
class Account {
  /** What each compensation was given, until it is known how it went. */
  private readonly toUndo = new Map<string, unknown>();

  constructor(
    private readonly walk: Walk,
    private readonly wording: Wording,
  ) {}

  add(event: ObservedEvent): void {
    const { walk, toUndo } = this;
    switch (event.type) {
      case 'step-begun':
        return this.isTold(event) ? walk.begin(event.step, '→', this.nameOf(event)) : undefined;
      case 'step-attempt-failed':
        return walk.remark(event.step, `✗ ${reason(event)}; once more`);
      case 'step-succeeded':
        return walk.end(event.step, this.done(event));
      case 'step-skipped':
        return walk.end(event.step, 'there was nothing to do');
      case 'step-failed':
        walk.begin(event.step, '→', this.nameOf(event));
        return walk.end(event.step, event.outcome === 'cancelled' ? '✗ broken off: nobody knows what was done' : `✗ ${reason(event)}`);
      case 'step-landed':
        return walk.end(event.step, `✗ too late, though done: ${this.done(event)}`);
      case 'step-in-doubt':
        return walk.end(event.step, '✗ no answer in time: nobody knows what was done');
      case 'step-interrupted':
        return walk.say(`nobody knows whether this was done, ${this.nameOf(event)}: it is asked for again, under the same key`);
      case 'compensation-interrupted':
        return walk.say(`nobody knows whether this was undone, ${this.nameOf(event)}: it is undone again, under the same key`);
      case 'late-effect':
        return walk.say(`an answer came after all, ${this.nameOf(event)}: ${this.done(event)}`);

      case 'execution-cancelled':
        return walk.say(`✗ ${reason(event)}`);
      case 'unwinding-begun':
        return walk.say('turning back');
      case 'compensation-begun':
        toUndo.set(undoing(event), event.effect);
        return walk.begin(undoing(event), '←', this.nameOf(event));
      case 'compensation-attempt-failed':
        return walk.remark(undoing(event), `✗ ${reason(event)}; once more`);
      case 'compensation-failed':
        return walk.end(undoing(event), `✗ ${reason(event)}`);
      case 'compensation-succeeded':
        return walk.end(undoing(event), this.wording.phraseFor(event.step)?.undone(toUndo.get(undoing(event))) ?? 'undone');

      case 'fallback-begun':
        return walk.begin(fallingBack(event), '←', this.nameOf(event));
      case 'fallback-attempt-failed':
        return walk.remark(fallingBack(event), `✗ ${reason(event)}; once more`);
      case 'fallback-failed':
        return walk.end(fallingBack(event), `✗ ${reason(event)}`);
      case 'fallback-succeeded':
        return walk.end(fallingBack(event), `going on with ${this.done(event)}`);

      case 'forward-resumed':
        return walk.say(event.anew.length > 0 ? `forward again, pass ${event.pass}` : 'forward again');

      case 'commit-succeeded':
        return walk.say('committed');
      case 'commit-failed':
        return walk.say(`✗ the commit fails: ${reason(event)}`);
      case 'rollback-ended':
        return walk.say('rolled back');
      default: // waits, savepoints, steps with nothing to undo, and the begin and the end of the whole need no telling
    }
  }

  private isTold({ step }: { step: string }): boolean {
    return this.wording.phraseFor(step) !== undefined;
  }

  private nameOf({ step }: { step: string }): string {
    return this.wording.phraseFor(step)?.name ?? step;
  }

  private done({ step, effect }: { step: string; effect: unknown }): string {
    return this.wording.phraseFor(step)?.done(effect) ?? 'done';
  }
}

const undoing = ({ step, round, undo }: { step: string; round: number; undo: number }) => `undoing ${step} ${round} ${undo}`;
const fallingBack = ({ step }: { step: string }) => `falling back ${step}`;

function reason({ error }: { error: unknown }): string {
  if (isSagaError(error)) return error.problem; // its message says besides what to do about it
  return error instanceof Error ? error.message : String(error);
}
