import type { ObservedEvent, Observer } from 'class-saga';
import { phraseFor } from './phrases.js';
import { Walk } from './walk.js';

/** Tells every execution as a numbered walk: 1, 2, 3 forward, and counting on, 4, 5, 6 on the way back. */
export function account(tell: (line: string) => void): Observer {
  const accounts = new Map<string, Account>();
  return (event, { id }) => {
    const its = accounts.get(id) ?? new Account(new Walk(tell));
    accounts.set(id, its);
    its.add(event);
  };
}

/** Turns the events of one execution into words. */
class Account {
  /** What each compensation was given, until it is known how it went. */
  private readonly toUndo = new Map<string, unknown>();

  constructor(private readonly walk: Walk) {}

  add(event: ObservedEvent): void {
    const { walk, toUndo } = this;
    switch (event.type) {
      case 'step-begun':
        return walk.begin(event.step, '→', nameOf(event));
      case 'step-attempt-failed':
        return walk.remark(event.step, `✗ ${reason(event)}; once more`);
      case 'step-succeeded':
        return walk.end(event.step, phraseFor(event.step).done(event.effect));
      case 'step-skipped':
        return walk.end(event.step, 'there was nothing to do');
      case 'step-failed':
        return walk.end(event.step, `✗ ${reason(event)}`);
      case 'step-landed':
        return walk.end(event.step, `✗ too late, though done: ${phraseFor(event.step).done(event.effect)}`);
      case 'step-in-doubt':
        return walk.end(event.step, '✗ no answer in time: nobody knows what was done');
      case 'late-effect':
        return walk.say(`an answer came after all, ${nameOf(event)}: ${phraseFor(event.step).done(event.effect)}`);

      case 'unwinding-begun':
        return walk.say('turning back');
      case 'compensation-begun':
        toUndo.set(undoing(event), event.effect);
        return walk.begin(undoing(event), '←', nameOf(event));
      case 'compensation-attempt-failed':
        return walk.remark(undoing(event), `✗ ${reason(event)}; once more`);
      case 'compensation-failed':
        return walk.end(undoing(event), `✗ ${reason(event)}`);
      case 'compensation-succeeded':
        return walk.end(undoing(event), phraseFor(event.step).undone(toUndo.get(undoing(event))));

      case 'fallback-begun':
        return walk.begin(fallingBack(event), '←', nameOf(event));
      case 'fallback-attempt-failed':
        return walk.remark(fallingBack(event), `✗ ${reason(event)}; once more`);
      case 'fallback-failed':
        return walk.end(fallingBack(event), `✗ ${reason(event)}`);
      case 'fallback-succeeded':
        return walk.end(fallingBack(event), `going on with ${phraseFor(event.step).done(event.effect)}`);

      case 'forward-resumed':
        return walk.say(event.anew.length > 0 ? `forward again, pass ${event.pass}` : 'forward again');
      default: // waits, steps with nothing to undo, and the begin and the end of the whole need no telling
    }
  }
}

const undoing = ({ step, round, undo }: { step: string; round: number; undo: number }) => `undoing ${step} ${round} ${undo}`;
const fallingBack = ({ step }: { step: string }) => `falling back ${step}`;
const nameOf = ({ step }: { step: string }) => phraseFor(step).name;
const reason = ({ error }: { error: unknown }) => (error instanceof Error ? error.message : String(error));
