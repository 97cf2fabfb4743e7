import { orderedCompensations } from '../compensation-calls.js';
import { hasCompensationToCall, Ledger, stands } from '../ledger.js';
import type { CompensationCall, FallbackCall, Observation } from '../observation.js';
import type { SagaScript } from '../script.js';
import { stepNamed } from '../script.js';

type UndoCall = CompensationCall | FallbackCall;

/**
 * Within one unwinding the failed steps are undone first, last declared first, then everything that stands, last declared first, one at a
 * time, and at
 * the end nothing is left out (R8).
 */
export function* undoneInOrder({ script, log }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  for (const entry of log) {
    if (entry.type === 'event') {
      const { event } = entry;
      const isTurn = (event.type === 'compensation-begun' && !event.late && event.attempt === 1)
        || (event.type === 'fallback-begun' && event.attempt === 1) || event.type === 'step-passed-over';
      if (isTurn) {
        const { step } = event;
        const { current, last, waiting } = ledger.unwinding!;
        if (current !== null) yield `the turn of ${step} comes while ${current} is undone`;
        const isRestOfTurn = event.type !== 'compensation-begun' && last === step;
        if (!isRestOfTurn && waiting[0] !== step) yield `the turn of ${step} comes, and ${waiting[0] ?? 'nobody'} is next`;
        if (!isRestOfTurn && ledger.hasTurn(step) === (event.type === 'step-passed-over')) yield `${event.type} of ${step} is wrong`;
        if (!isRestOfTurn && event.type === 'fallback-begun' && hasCompensationToCall(ledger.of(step))) {
          yield `the fallback of ${step} comes before its compensation`;
        }
        const dependents = ledger.steps.filter((other) => stands(other) && other.script.needs.includes(step));
        if (dependents.length > 0) yield `${step} is undone before ${dependents[0]!.script.name}, which needs it`;
      }
      if (event.type === 'unwinding-begun') {
        const stages = new Set(ledger.steps.filter(({ status }) => status === 'failed').map((step) => step.script.stage));
        if (stages.size !== 1 && !(ledger.cancelled && stages.size === 0)) yield `${stages.size} stages have failed steps`;
      }
      if (event.type === 'execution-ended' && event.status !== 'completed' && !ledger.unwinding!.stopped) {
        for (const step of ledger.unwinding!.waiting) yield `the execution ends before ${step} is undone`;
      }
    }
    ledger.see(entry);
  }
}

/**
 * No call to undo something begins before the one before it settled or ran out of its time and grace; only late ones run beside it (R5a,
 * R8, R15).
 */
export function* oneUndoneAtATime({ script, log }: Observation): Iterable<string> {
  const ordered = orderedCompensations({ script, log });
  const late = new Set<UndoCall | undefined>(ordered.filter(({ event }) => event.late).map(({ call }) => call));
  let running: { readonly call: UndoCall; readonly untilMs: number } | null = null;
  for (const entry of log) {
    if (entry.type === 'called' && entry.call.of !== 'step' && !late.has(entry.call)) {
      if (running !== null && entry.atMs < running.untilMs) {
        yield `${entry.call.of} of ${entry.call.step} is called while that of ${running.call.step} runs`;
      }
      running = { call: entry.call, untilMs: entry.atMs + patienceOf(script, entry.call) };
    }
    if (entry.type === 'settled' && entry.call === running?.call) running = null;
  }
}

/** How long a call may take, its grace included, in milliseconds. */
function patienceOf(script: SagaScript, { of, step }: UndoCall): number {
  const { timeoutMs, graceMs } = of === 'compensation' ? stepNamed(script, step).compensation! : stepNamed(script, step).fallback!;
  return (timeoutMs ?? 30_000) + graceMs;
}
