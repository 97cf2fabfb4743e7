import { orderedCompensations } from '../compensation-calls.js';
import { hasCompensationToCall, Ledger } from '../ledger.js';
import type { CompensationCall, Entry, Observation } from '../observation.js';
import type { BackoffScript } from '../script.js';

type EventEntry = Extract<Entry, { type: 'event' }>;
type EventOf<T> = Extract<EventEntry['event'], { type: T }>;

/** What a failed step's turn came to. `nothing`: it had nothing to answer with. */
type FailedStepsAnswer = 'retry' | 'continue' | 'refused' | 'asks its fallback' | 'nothing';

/** One unwinding, as far as it decides whether the execution goes forward (R11, R12, R12a). */
interface Deliberation {
  readonly failed: readonly string[];
  /** Steps that stand, last declared first. */
  readonly others: readonly string[];
  readonly answers: Map<string, FailedStepsAnswer>;
  /** Another step that was granted a retry. */
  grantedTo: string | null;
  longestDelayMs: number;
}

/** What the runner says of the verdicts, against what the compensations answered and what the rules make of it (R10 – R15). */
export function* goesForwardWhereGranted(seen: Observation): Iterable<string> {
  const { script, log } = seen;
  const calls = new Map<string, CompensationCall>();
  for (const { event, call } of orderedCompensations(seen)) if (call !== undefined) calls.set(refOf(event), call);
  const ledger = new Ledger(script);
  let passes = 1;
  let now: Deliberation | null = null;

  for (const entry of log) {
    if (entry.type === 'event') {
      const { event } = entry;
      switch (event.type) {
        case 'unwinding-begun': {
          const standing = ledger.steps.filter(({ status }) => status === 'done' || status === 'failed').reverse();
          const named = (wanted: 'done' | 'failed'): string[] =>
            standing.filter(({ status }) => status === wanted).map((step) => step.script.name);
          now = { failed: named('failed'), others: named('done'), answers: new Map(), grantedTo: null, longestDelayMs: 0 };
          break;
        }
        case 'step-passed-over':
        case 'compensation-begun':
          if (event.type === 'compensation-begun' && (event.late || event.attempt > 1)) break;
          if (now!.grantedTo !== null) yield `${event.step} is undone though ${now!.grantedTo} was granted a retry`;
          if (!now!.failed.includes(event.step) && failedStepsGoForward(now!, ledger)) {
            yield `${event.step} is undone though the failed steps may go forward`;
          }
          break;
        case 'compensation-succeeded': {
          const call = calls.get(refOf(event))!;
          yield* misreadAnswer(event, call, passes);
          if (isLate(ledger, event)) break;
          judge(now!, event, call, passes, ledger);
          break;
        }
        case 'compensation-error-answered':
          if (isLate(ledger, event)) break;
          now!.answers.set(event.step, event.answer === 'resolved' ? plainAnswer(ledger, now!, event.step) : 'refused');
          break;
        case 'fallback-begun': {
          if (event.attempt > 1) break;
          const answer = now!.answers.get(event.step);
          const isAsked = answer === 'asks its fallback' || (answer === undefined && !hasCompensationToCall(ledger.of(event.step)));
          if (!now!.failed.includes(event.step) || !isAsked || !ledger.mayGoForward) yield `the fallback of ${event.step} is asked`;
          break;
        }
        case 'fallback-succeeded':
          now!.answers.set(event.step, 'continue');
          break;
        case 'fallback-failed':
          now!.answers.set(event.step, now!.answers.has(event.step) ? 'refused' : 'nothing');
          break;
        case 'execution-cancelled':
          if (now !== null) now.grantedTo = null;
          break;
        case 'forward-resumed':
          yield* wrongResumption(event, now!, passes, ledger);
          passes = event.pass;
          now = null;
          break;
        case 'execution-ended':
          if (now !== null && (now.grantedTo !== null || failedStepsGoForward(now, ledger))) {
            yield 'the execution ends though it may go forward';
          }
          break;
        default:
      }
    }
    ledger.see(entry);
  }
}

/**
 * Passes never exceed what was asked for at most, and nothing goes forward after an abort, after a compensation failed for good, or after
 * a cancellation (R11, R14, R15, R19).
 */
export function* neverForwardInVain({ script, log }: Observation): Iterable<string> {
  const answers = script.steps.flatMap(({ compensation }) => compensation?.plays ?? []);
  const mostPasses = Math.max(1, ...answers.map((play) => (play.does === 'retry' ? play.passes : 1)));
  let stopper: string | null = null;
  const late = new Set<string>();
  for (const entry of log) {
    if (entry.type !== 'event') continue;
    const { event } = entry;
    if (event.type === 'compensation-begun' && event.late) late.add(refOf(event));
    if (event.type === 'step-failed' && event.outcome === 'aborted') stopper = `${event.step} aborted`;
    if (event.type === 'step-in-doubt' && event.aborts === true) stopper = `${event.step} aborted within its grace`;
    if (event.type === 'execution-cancelled') stopper = 'it was cancelled';
    if (event.type === 'fallback-failed' && event.aborted) stopper = `the fallback of ${event.step} aborted`;
    if (event.type === 'compensation-succeeded' && event.answer.type === 'abort' && !late.has(refOf(event))) {
      stopper = `the compensation of ${event.step} aborted`;
    }
    if (event.type === 'compensation-error-answered' && event.answer !== 'resolved') {
      stopper = `the compensation of ${event.step} failed for good`;
    }
    if (event.type === 'forward-resumed') {
      if (stopper !== null) yield `the execution goes forward after ${stopper}`;
      if (event.pass > mostPasses) yield `pass ${event.pass} begins, and at most ${mostPasses} were asked for`;
    }
  }
}

function judge(
  now: Deliberation,
  { step, answer }: EventOf<'compensation-succeeded'>,
  { play }: CompensationCall,
  passes: number,
  ledger: Ledger,
): void {
  const mayGoForward = ledger.mayGoForward && play.does !== 'abort';
  const isGranted = play.does === 'retry' && mayGoForward && play.passes > passes;
  if (isGranted && answer.type === 'retry') now.longestDelayMs = Math.max(now.longestDelayMs, answer.delayMs);
  if (!now.failed.includes(step)) {
    // What the failed steps were granted in vain is void.
    if (isGranted) Object.assign(now, { grantedTo: step, longestDelayMs: answer.type === 'retry' ? answer.delayMs : 0 });
  } else if (isGranted) {
    now.answers.set(step, 'retry');
  } else if (play.does === 'continue' && mayGoForward) {
    now.answers.set(step, 'continue');
  } else {
    now.answers.set(step, mayGoForward ? plainAnswer(ledger, now, step) : 'refused');
  }
}

function plainAnswer(ledger: Ledger, { failed }: Deliberation, step: string): FailedStepsAnswer {
  return failed.includes(step) && ledger.of(step).script.fallback !== null && ledger.mayGoForward ? 'asks its fallback' : 'refused';
}

function failedStepsGoForward({ failed, answers }: Deliberation, { mayGoForward }: Ledger): boolean {
  const all = failed.map((step) => answers.get(step) ?? 'nothing');
  if (!mayGoForward || all.includes('refused') || all.includes('asks its fallback')) return false;
  return all.includes('retry') || (all.includes('continue') && !all.includes('nothing'));
}

function* wrongResumption(event: EventOf<'forward-resumed'>, now: Deliberation, passes: number, ledger: Ledger): Iterable<string> {
  const byFailedSteps = now.grantedTo === null;
  if (byFailedSteps && !failedStepsGoForward(now, ledger)) yield `pass ${event.pass} was not granted`;
  const isRetry = !byFailedSteps || [...now.answers.values()].includes('retry');
  const continued = byFailedSteps ? now.failed.filter((step) => now.answers.get(step) === 'continue') : [];
  const passedOthers = byFailedSteps ? [] : now.others.slice(0, now.others.indexOf(now.grantedTo!) + 1);
  const anew = [...now.failed, ...passedOthers].filter((step) => !continued.includes(step));
  if (event.pass !== passes + (isRetry ? 1 : 0)) yield `the execution goes forward from pass ${passes} to ${event.pass}`;
  if (!isSameSet(event.continued, continued)) yield `${event.continued.join()} count as done, and ${continued.join()} continued`;
  if (!isSameSet(event.anew, anew)) yield `${event.anew.join()} are begun anew, and ${anew.join()} were passed`;
  if (event.delayMs !== (isRetry ? now.longestDelayMs : 0)) {
    yield `the execution waits ${event.delayMs} ms, and the longest backoff is ${now.longestDelayMs} ms`;
  }
}

function* misreadAnswer({ step, answer }: EventOf<'compensation-succeeded'>, { play }: CompensationCall, passes: number): Iterable<string> {
  const expected = play.does === 'nothing' || play.does === 'nonsense' ? 'compensated' : play.does;
  if (answer.type !== expected) yield `the compensation of ${step} answered ${play.does}, which is read as ${answer.type}`;
  if (answer.type !== 'retry' || play.does !== 'retry') return;
  if (answer.passes !== play.passes) yield `${step} asks for ${play.passes} passes, which is read as ${answer.passes}`;
  if (!isBackoff(answer.delayMs, play.backoff, passes)) yield `${step} waits ${answer.delayMs} ms before pass ${passes + 1}`;
}

/** Whether it may be the wait before repetition n (R13). */
export function isBackoff(delayMs: number, { baseMs, maxMs, jitter }: BackoffScript, n: number): boolean {
  const longestMs = Math.min(maxMs, baseMs * 2 ** (n - 1));
  return jitter ? delayMs >= 0 && delayMs <= longestMs : delayMs === longestMs;
}

function isLate(ledger: Ledger, event: EventOf<'compensation-succeeded' | 'compensation-error-answered'>): boolean {
  return ledger.openCompensations(event.step, event.round).some((open) => open.late && open.undo === event.undo);
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

function refOf({ step, round, undo }: { readonly step: string; readonly round: number; readonly undo: number }): string {
  return `${step} ${round} ${undo}`;
}
