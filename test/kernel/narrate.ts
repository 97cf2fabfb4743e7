import { unreachable } from '../../src/errors/unreachable.js';
import type { Answer, Repair, SagaEvent, WaitFor } from '../../src/kernel/events.js';

/** An event as a line that a person can review. Rounds, attempts and undos are said where they are not the first. */
export function narrate(event: SagaEvent): string {
  switch (event.type) {
    case 'execution-begun':
      return 'execution begun';
    case 'step-begun':
      return `${event.step} begun${counts(event)}`;
    case 'step-succeeded':
      return `${event.step} succeeded: ${text(event.effect)}${emitted(event)}`;
    case 'step-skipped':
      return `${event.step} skipped${emitted(event)}`;
    case 'step-attempt-failed':
      return `${event.step} failed, again${after(event.delayMs)}${counts(event)}: ${text(event.error)}`;
    case 'step-failed':
      return `${event.step} ${event.outcome}: ${text(event.error)}${'effect' in event ? `, with ${text(event.effect)}` : ''}`;
    case 'step-interrupted':
      return `${event.step} interrupted${'error' in event ? ` for good: ${text(event.error)}` : ''}`;
    case 'step-timed-out':
      return `${event.step} timed out`;
    case 'step-landed':
      return `${event.step} landed: ${text(event.effect)}`;
    case 'step-in-doubt':
      return `${event.step} in doubt${event.settled ? ', settled' : ''}`;
    case 'late-effect':
      return `${event.step} late effect${counts(event)}: ${text(event.effect)}`;
    case 'compensation-begun':
      return `undo ${event.step} begun${event.late ? ' late' : ''}${counts(event)}: ${text(event.effect)}`;
    case 'compensation-succeeded':
      return `undo ${event.step} done${counts(event)}${answerText(event.answer)}`;
    case 'compensation-attempt-failed':
      return `undo ${event.step} failed, again${after(event.delayMs)}${counts(event)}: ${text(event.error)}`;
    case 'compensation-failed':
      return `undo ${event.step} failed${counts(event)}: ${text(event.error)}`;
    case 'compensation-error-asked':
      return `handler asked about ${event.step}${counts(event)}`;
    case 'compensation-error-answered':
      return `handler answered about ${event.step}${counts(event)}: ${event.answer}`;
    case 'compensation-interrupted':
      return `undo ${event.step} interrupted${counts(event)}`;
    case 'fallback-begun':
      return `fallback of ${event.step} begun${counts(event)}`;
    case 'fallback-succeeded':
      return `fallback of ${event.step} gave: ${text(event.effect)}`;
    case 'fallback-attempt-failed':
      return `fallback of ${event.step} failed, again${after(event.delayMs)}${counts(event)}: ${text(event.error)}`;
    case 'fallback-failed':
      return `fallback of ${event.step} ${event.aborted ? 'aborted' : 'failed'}: ${text(event.error)}`;
    case 'fallback-interrupted':
      return `fallback of ${event.step} interrupted`;
    case 'unwinding-begun':
      return `unwinding begun: ${event.failedStep ?? 'no step'} failed`;
    case 'execution-cancelled':
      return `cancelled: ${text(event.error)}`;
    case 'step-passed-over':
      return `${event.step} passed over`;
    case 'forward-resumed':
      return `forward again, pass ${event.pass}${names('anew', event.anew)}${names('continued', event.continued)}${after(event.delayMs)}`;
    case 'wait-begun':
      return `wait for ${waiter(event.for)} begun: ${event.delayMs} ms`;
    case 'wait-ended':
      return `wait for ${waiter(event.for)} ended`;
    case 'savepoint-begun':
      return `savepoint ${event.stage} to be ${event.does === 'set' ? 'set' : 'restored'}`;
    case 'savepoint-succeeded':
      return 'savepoint done';
    case 'savepoint-failed':
      return `savepoint failed: ${text(event.error)}`;
    case 'commit-begun':
      return 'commit begun';
    case 'commit-succeeded':
      return 'commit done';
    case 'commit-failed':
      return `commit failed: ${text(event.error)}`;
    case 'rollback-begun':
      return 'rollback begun';
    case 'rollback-ended':
      return 'rollback ended';
    case 'execution-halted':
      return `halted: ${event.because}`;
    case 'execution-repaired':
      return `repaired by ${event.by}: ${repairText(event.repair)}`;
    case 'execution-ended':
      return `execution ended: ${event.status}`;
    default:
      return unreachable(event);
  }
}

interface Counts {
  readonly round?: number;
  readonly undo?: number;
  readonly attempt?: number;
}

function counts({ round = 1, undo = 1, attempt = 1 }: Counts): string {
  const said = Object.entries({ round, undo, attempt }).flatMap(([name, count]) => (count === 1 ? [] : [`${name} ${count}`]));
  return said.length === 0 ? '' : ` (${said.join(', ')})`;
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : `${value as string}`;
}

function emitted({ events = [] }: { readonly events?: readonly unknown[] }): string {
  return events.length === 0 ? '' : `, emitted ${events.map(text).join(' ')}`;
}

function after(delayMs: number): string {
  return delayMs === 0 ? '' : ` after ${delayMs} ms`;
}

function answerText(answer: Answer): string {
  switch (answer.type) {
    case 'compensated':
      return '';
    case 'abort':
      return ': abort';
    case 'retry':
      return `: retry, ${answer.passes} passes${after(answer.delayMs)}`;
    case 'continue':
      return `: continue with ${text(answer.effect)}`;
  }
}

function repairText(repair: Repair): string {
  switch (repair.kind) {
    case 'skip':
      return `skip ${repair.step}`;
    case 'resolve':
      return `resolve ${repair.step} with ${text(repair.effect)}`;
    case 'retry':
    case 'abandon':
      return repair.kind;
  }
}

function names(what: string, steps: readonly string[]): string {
  return steps.length === 0 ? '' : `, ${what}: ${steps.join(' ')}`;
}

function waiter(what: WaitFor): string {
  switch (what.of) {
    case 'pass':
      return 'the next pass';
    case 'step':
      return what.step;
    case 'fallback':
      return `fallback of ${what.step}`;
    case 'compensation':
      return `undo ${what.step}`;
  }
}
