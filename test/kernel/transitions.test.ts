import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IllegalEventError } from '../../src/errors/illegal-event.js';
import type { Command } from '../../src/kernel/commands.js';
import type { Repair, SagaEvent } from '../../src/kernel/events.js';
import { evolve } from '../../src/kernel/evolve.js';
import type { ExecutionState, Phase, Settings, StepStatus, UndoCall } from '../../src/kernel/state.js';
import { initialState, isOfSkippedSubSaga } from '../../src/kernel/state.js';
import { dueSavepoint } from '../../src/kernel/transaction.js';
import { stepTransitions, undoTransitions } from '../../src/kernel/transitions.js';
import {
  abort, aborted, attemptFailed, begun, cancelled, commitBegun, commitFailed, committed, continueWith, ended, failed,
  fallbackAttemptFailed, fallbackBegun, fallbackFailed, fallbackInterrupted, fellBack, handlerSaid, inDoubt, interrupted,
  interruptedForGood, landed, lateEffect, passedOver, poisoned, rejectedAsCancelled, rejectedInGrace, repaired, retry, rollbackBegun,
  rolledBack, savepoint, savepointBegun, savepointFailed, skipped, stuck, succeeded, timedOut, undoAttemptFailed, undoBegun, undoFailed,
  undoInterrupted, undone, unwound, waitBegun,
} from './facts.js';
import { Story } from './given.js';
import { plain, sagaOf, subSaga } from './graphs.js';
import type { Edge } from './readme-diagrams.js';
import { diagramsIn, edge } from './readme-diagrams.js';
import { anyExecution, tapeOf } from './world.js';

const saga = sagaOf(plain('hotel', { retry: 3, timeoutMs: 5_000, fallback: true }));
/** The compensation of its hotel requires the effect; its car can be neither undone nor fallen back for. */
const requiring = sagaOf(plain('hotel', { timeoutMs: 5_000, undo: { requiresEffect: true } }), plain('car', { undo: false }));

/** Its hotel is of a sub-saga, and would be repeated under the same key where it was passed over. */
const ofSubSaga = sagaOf(subSaga('lodging', {}, plain('hotel', { timeoutMs: 5_000, undo: { requiresEffect: true } })), plain('car'));
const hotelOfLodging = 'lodging/hotel';

const opened: SagaEvent = { type: 'execution-begun' };
const stepWait = waitBegun('hotel', 10);
const undoWait = waitBegun({ of: 'compensation', step: 'hotel', round: 1, undo: 1 }, 10);
const fallbackWait = waitBegun({ of: 'fallback', step: 'hotel' }, 10);
const passWait = waitBegun({ of: 'pass' }, 10);
const asked: SagaEvent = { type: 'compensation-error-asked', step: 'hotel', round: 1, undo: 1 };
const resumed = (pass: number, delayMs: number): SagaEvent => ({ type: 'forward-resumed', pass, anew: ['hotel'], continued: [], delayMs });

const running = [opened, begun('hotel')];
const turn = [...running, failed('hotel'), unwound('hotel')];
const undoing = [...turn, undoBegun('hotel', undefined)];
const fallingBack = [...undoing, undone('hotel'), fallbackBegun('hotel')];
const carFails = [begun('car'), failed('car'), unwound('car')];
const hotelInDoubt = [...running, timedOut('hotel'), inDoubt('hotel'), unwound('hotel')];

const setFirst = [opened, savepointBegun(0), savepoint];
const inSavepoints = [...setFirst, begun('hotel')];
const restoring = [...inSavepoints, attemptFailed('hotel', 10), savepointBegun(0, 'restore')];
const rolling = [...running, failed('hotel'), unwound('hotel'), undoBegun('hotel', undefined), undone('hotel', abort), rollbackBegun];
const lodgingSkipped = [opened, begun('lodging'), skipped('lodging')];
const carBacksOff = [
  opened, begun('lodging'), succeeded('lodging'), begun(hotelOfLodging), timedOut(hotelOfLodging), inDoubt(hotelOfLodging),
  unwound(hotelOfLodging), passedOver(hotelOfLodging), passedOver('lodging'),
];

interface Transition {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly respectively?: true;
}

type Situation = readonly [situation: string, events: readonly SagaEvent[], legal: readonly string[]];

/** What may become of a run, of a call of a compensation and of a fallback, whatever else is so. */
const settled = ['step-succeeded', 'step-skipped', 'step-failed', 'step-timed-out', 'step-interrupted'];
const ofCompensation = ['compensation-succeeded', 'compensation-attempt-failed', 'compensation-failed', 'compensation-interrupted'];
const ofFallback = ['fallback-succeeded', 'fallback-attempt-failed', 'fallback-failed', 'fallback-interrupted'];

/** Every status of a step, of a call and of the execution that one step can be in, and all that may happen then. */
const alone: readonly Situation[] = [
  ['before the execution', [], ['execution-begun']],
  ['idle', [opened], ['step-begun']],
  ['running', running, [...settled, 'step-attempt-failed']],
  ['retry-owed', [...running, attemptFailed('hotel', 10)], ['step-failed', 'wait-begun for step']],
  ['retry-waiting', [...running, attemptFailed('hotel', 10), stepWait], ['step-failed', 'wait-ended for step']],
  ['retry-due', [...running, attemptFailed('hotel')], ['step-begun', 'step-failed']],
  ['overdue', [...running, timedOut('hotel')], ['step-landed', 'step-in-doubt']],
  ['succeeded', [...running, succeeded('hotel')], ['execution-ended completed']],
  ['skipped', [...running, skipped('hotel')], ['execution-ended completed']],
  ['failed', [...running, failed('hotel')], ['unwinding-begun']],
  ['failed, aborted', [...running, aborted('hotel')], ['unwinding-begun']],
  ['failed, landed', [...running, timedOut('hotel'), landed('hotel')], ['unwinding-begun']],
  ['failed, in doubt', [...running, timedOut('hotel'), inDoubt('hotel')], ['late-effect', 'unwinding-begun']],
  ['failed, in doubt but settled', [...running, timedOut('hotel'), rejectedInGrace('hotel')], ['unwinding-begun']],
  ['failed, its turn to be undone', turn, ['compensation-begun']],
  ['undoing', undoing, ofCompensation],
  ['undoing, retry-owed', [...undoing, undoAttemptFailed('hotel', 10)], ['wait-begun for compensation']],
  ['undoing, retry-waiting', [...undoing, undoAttemptFailed('hotel', 10), undoWait], ['wait-ended for compensation']],
  ['undoing, retry-due', [...undoing, undoAttemptFailed('hotel')], ['compensation-begun']],
  ['undoing, failed', [...undoing, undoFailed('hotel')], ['compensation-error-asked']],
  ['undoing, asked', [...undoing, undoFailed('hotel'), asked], ['compensation-error-answered', 'compensation-interrupted']],
  ['undoing, to fall back', [...undoing, undone('hotel')], ['fallback-begun']],
  ['undoing, falling back', fallingBack, ofFallback],
  ['undoing, to fall back again', [...fallingBack, fallbackAttemptFailed('hotel')], ['fallback-begun']],
  ['undoing, fallback owed', [...fallingBack, fallbackAttemptFailed('hotel', 10)], ['wait-begun for fallback']],
  ['undoing, fallback waiting', [...fallingBack, fallbackAttemptFailed('hotel', 10), fallbackWait], ['wait-ended for fallback']],
  ['undone', [...fallingBack, fallbackFailed('hotel')], ['execution-ended compensated']],
  ['undone, aborted', [...undoing, undone('hotel', abort)], ['execution-ended compensated']],
  ['undone, to go forward', [...undoing, undone('hotel', retry(2))], ['forward-resumed']],
  ['undone, to continue', [...fallingBack, fellBack('hotel')], ['forward-resumed']],
  ['remaining', [...undoing, undoFailed('hotel'), asked, handlerSaid('hotel', 'stop')], ['execution-ended stuck']],
  ['idle, pass-owed', [...undoing, undone('hotel', retry(2, 10)), resumed(2, 10)], ['wait-begun for pass']],
  ['idle, pass-waiting', [...undoing, undone('hotel', retry(2, 10)), resumed(2, 10), passWait], ['wait-ended for pass']],
  ['idle, second pass', [...undoing, undone('hotel', retry(2)), resumed(2, 0)], ['step-begun']],
  ['succeeded, ended', [...running, succeeded('hotel'), ended('completed')], []],
];

/** The same of its turn, where not everything can be called: what may happen to the hotel then. */
const besideACar: readonly Situation[] = [
  ['failed, its turn, its effect unknown and required', hotelInDoubt, ['step-passed-over', 'late-effect']],
  ['failed, its turn, its effect known and required', [...hotelInDoubt, lateEffect('hotel')], ['compensation-begun']],
  ['skipped, its turn after the car’s', [...running, skipped('hotel'), ...carFails, passedOver('car')], ['step-passed-over']],
  ['succeeded, the car’s turn', [...running, succeeded('hotel'), ...carFails], []],
  ['succeeded, its turn', [...running, succeeded('hotel'), ...carFails, passedOver('car')], ['compensation-begun']],
  ['undone, passed over', [...hotelInDoubt, passedOver('hotel')], ['late-effect', 'execution-ended compensated']],
  ['undone, its effect late', [...hotelInDoubt, passedOver('hotel'), lateEffect('hotel')], ['compensation-begun']],
];

/** The same of an execution that was cancelled (R19). */
const whenCancelled: readonly Situation[] = [
  ['running, cancelled', [...running, cancelled()], [...settled, 'step-in-doubt']],
  ['retry-waiting, cancelled', [...running, attemptFailed('hotel', 10), stepWait, cancelled()], ['step-failed', 'wait-ended for step']],
  ['overdue, cancelled', [...running, timedOut('hotel'), cancelled()], ['step-landed', 'step-in-doubt']],
  ['idle, cancelled', [opened, cancelled()], ['unwinding-begun']],
  ['failed, cancelled', [...running, cancelled(), rejectedAsCancelled('hotel')], ['unwinding-begun']],
  ['failed, given up', [...running, cancelled(), inDoubt('hotel')], ['late-effect', 'unwinding-begun']],
  ['undoing, cancelled', [...undoing, cancelled()], ofCompensation],
  ['undoing, its fallback void', [...undoing, undone('hotel'), cancelled()], ['step-passed-over']],
  ['undoing, falling back in vain', [...fallingBack, cancelled()], ofFallback],
  ['undone, its retry void', [...undoing, undone('hotel', retry(2)), cancelled()], ['execution-ended compensated']],
  ['undone, its continue void', [...undoing, undone('hotel', continueWith('x')), cancelled()], ['execution-ended compensated']],
  ['idle, its pass taken back', [...undoing, undone('hotel', retry(2, 10)), resumed(2, 10), passWait, cancelled()], ['unwinding-begun']],
];

/** The same in a transaction without savepoints (R21). */
const inTransaction: readonly Situation[] = [
  ['succeeded, to be committed', [...running, succeeded('hotel')], ['commit-begun']],
  ['succeeded, committing', [...running, succeeded('hotel'), commitBegun], ['commit-succeeded', 'commit-failed']],
  ['succeeded, committed', [...running, succeeded('hotel'), commitBegun, committed], ['execution-ended completed']],
  ['succeeded, not committed', [...running, succeeded('hotel'), commitBegun, commitFailed], ['unwinding-begun']],
  ['undone, to be rolled back', rolling.slice(0, -1), ['rollback-begun']],
  ['undone, rolling back', rolling, ['rollback-ended']],
  ['undone, rolled back', [...rolling, rolledBack], ['execution-ended compensated']],
];

/** The same in one with savepoints (R21). */
const withSavepoints: readonly Situation[] = [
  ['idle, its savepoint to be set', [opened], ['savepoint-begun']],
  ['idle, its savepoint being set', setFirst.slice(0, -1), ['savepoint-succeeded', 'savepoint-failed']],
  ['idle, its savepoint set', setFirst, ['step-begun']],
  ['idle, its savepoint not set', [...setFirst.slice(0, -1), savepointFailed], ['unwinding-begun']],
  ['retry-owed, to be restored', [...inSavepoints, attemptFailed('hotel', 10)], ['step-failed', 'savepoint-begun']],
  ['retry-owed, being restored', restoring, ['step-failed', 'savepoint-succeeded', 'savepoint-failed']],
  ['retry-owed, restored', [...restoring, savepoint], ['step-failed', 'wait-begun for step']],
  ['retry-due, to be restored', [...inSavepoints, attemptFailed('hotel')], ['step-failed', 'savepoint-begun']],
];

/** The same of the hotel of a sub-saga (R24). */
const insideLodging: readonly Situation[] = [
  ['idle, lodging not opened', [opened], []],
  ['idle, lodging opened', [opened, begun('lodging'), succeeded('lodging')], ['step-begun']],
  ['idle, lodging skipped', lodgingSkipped, ['step-skipped']],
  ['skipped, lodging skipped', [...lodgingSkipped, skipped(hotelOfLodging)], []],
  ['undone, passed over in lodging', carBacksOff, ['late-effect', 'execution-ended compensated']],
];

const halted = [...undoing, undoFailed('hotel'), asked, handlerSaid('hotel', 'stop'), stuck];
const repairs: readonly Repair[] = [
  { kind: 'retry' },
  { kind: 'skip', step: 'hotel', reason: 'done' },
  { kind: 'resolve', step: 'hotel', effect: 'H1' },
  { kind: 'abandon', reason: 'no' },
];
const [calledAgain, undoneByHand, resolved, abandoned] = repairs.map(repaired) as [SagaEvent, SagaEvent, SagaEvent, SagaEvent];
const anyRepair = repairs.map(({ kind }) => `execution-repaired ${kind}`);
const mayBePoisoned = 'execution-halted poisoned';

/** The same of an execution on a log (R26, R27). */
const onLog: readonly Situation[] = [
  ['running, on a log', running, [...settled, 'step-attempt-failed', mayBePoisoned]],
  ['interrupted', [...running, interrupted('hotel')], ['step-begun', 'late-effect', mayBePoisoned]],
  ['interrupted, cancelled', [...running, interrupted('hotel'), cancelled()], ['step-in-doubt', 'late-effect', mayBePoisoned]],
  ['failed, interrupted for good', [...running, interruptedForGood('hotel')], ['late-effect', 'unwinding-begun', mayBePoisoned]],
  ['undoing, interrupted', [...undoing, undoInterrupted('hotel')], ['compensation-begun', mayBePoisoned]],
  ['undoing, to be asked again', [...halted.slice(0, -2), undoInterrupted('hotel')], ['compensation-error-asked', mayBePoisoned]],
  ['undoing, fallback interrupted', [...fallingBack, fallbackInterrupted('hotel')], ['fallback-begun', mayBePoisoned]],
  ['remaining, to halt', halted.slice(0, -1), ['execution-halted stuck', mayBePoisoned]],
  ['remaining, halted', halted, [...anyRepair, mayBePoisoned]],
  ['remaining, halted, to be called again', [...halted, calledAgain], ['compensation-begun', mayBePoisoned]],
  ['remaining, halted, to be called with its effect', [...halted, resolved], ['compensation-begun', mayBePoisoned]],
  ['undone, by hand', [...halted, undoneByHand], ['execution-ended compensated', mayBePoisoned]],
  ['remaining, halted, abandoned', [...halted, abandoned], ['execution-ended stuck']],
  ['remaining, halted and poisoned', [...halted, poisoned], ['execution-repaired retry', 'execution-repaired abandon']],
  [
    'running, poisoned',
    [...running, poisoned],
    [...settled, 'step-attempt-failed', 'execution-repaired retry', 'execution-repaired abandon'],
  ],
  ['running, poisoned and retried', [...running, poisoned, calledAgain], [...settled, 'step-attempt-failed', mayBePoisoned]],
  ['idle, poisoned', [opened, poisoned], ['execution-repaired retry', 'execution-repaired abandon']],
  [
    'retry-due, poisoned',
    [...running, attemptFailed('hotel'), poisoned],
    ['step-failed', 'execution-repaired retry', 'execution-repaired abandon'],
  ],
];

type InTransaction = Settings['transaction'];
const of = (list: readonly Situation[], graph = saga, step = 'hotel', transaction: InTransaction = 'none', isOnLog = false) =>
  list.map((situation) => [...situation, { graph, step, transaction, isOnLog }] as const);

const situations = [
  ...of(alone),
  ...of(besideACar, requiring),
  ...of(whenCancelled),
  ...of(inTransaction, saga, 'hotel', 'plain'),
  ...of(withSavepoints, saga, 'hotel', 'savepoints'),
  ...of(insideLodging, ofSubSaga, hotelOfLodging),
  ...of(onLog, saga, 'hotel', 'none', true),
];

/** Where to cancel would change nothing (R19); in a transaction, only from when commit is sent. */
const isTooLateToCancel = (situation: string): boolean =>
  /^(before the execution|succeeded|skipped|succeeded, (ended|committing|committed)|undone, rolling back)$/.test(situation) ||
  /cancelled|given up|in vain|void|taken back/.test(situation) ||
  /halted$|poisoned$|abandoned$/.test(situation);

describe.each(situations)('a step that is %s', (situation, events, legal, { graph, step, transaction, isOnLog }) => {
  const stateThen = (): ExecutionState => new Story(graph, null, transaction, isOnLog).record(...events).state;
  const stepThen = (state: ExecutionState) => state.steps[state.layout.indexOf.get(step)!]!;
  const accepted = everyEvent(stateThen(), step).filter((event) => isAccepted(stateThen(), event));

  it('accepts these events, and refuses every other without a change', () => {
    expect(new Set(accepted.map(kindOf).filter((kind) => kind !== 'execution-cancelled'))).toEqual(new Set(legal));
  });

  it('accepts to be cancelled where that changes something (R19)', () => {
    expect(accepted.some(({ type }) => type === 'execution-cancelled')).toBe(!isTooLateToCancel(situation));
  });

  it('accepts none of these with another round, undo or attempt', () => {
    const others = accepted.flatMap(withAnotherCount);
    expect(others.filter((event) => isAccepted(stateThen(), event))).toEqual([]);
  });

  it('accepts of a step’s events what the table says', () => {
    const state = stateThen();
    const types = accepted.map(({ type }) => type);
    for (const [type, { from }] of Object.entries(stepTransitions)) {
      const mayHappen = (from as readonly StepStatus[]).includes(stepThen(state).status) && isLeftTo(state, step, type);
      expect(types.some((other) => other === type), type).toBe(mayHappen);
    }
  });

  it('accepts of a call’s events what the table says', () => {
    const { unwinding } = stateThen();
    const types = accepted.map(({ type }) => type);
    if (unwinding?.call == null) return;
    for (const [type, { from }] of Object.entries(undoTransitions)) {
      const { of, status } = unwinding.call;
      const mayHappen = type.startsWith(of) && (from as readonly UndoCall['status'][]).includes(status);
      expect(types.some((other) => other === type), type).toBe(mayHappen);
    }
  });

  it('has the status that it is named by', () => {
    const { status } = stepThen(stateThen());
    expect([status, 'before the execution']).toContain(situation.split(',')[0]);
  });
});

it('every status of a step is among them', () => {
  const all: Record<StepStatus, true> = {
    idle: true,
    running: true,
    'retry-owed': true,
    'retry-waiting': true,
    'retry-due': true,
    interrupted: true,
    overdue: true,
    succeeded: true,
    skipped: true,
    failed: true,
    undoing: true,
    undone: true,
    remaining: true,
  };
  expect(situations.map(([situation]) => situation)).toEqual(expect.arrayContaining(Object.keys(all)));
});

describe('the README', () => {
  const readme = readFileSync(new URL('../../src/kernel/README.md', import.meta.url), 'utf8');
  const [ofStep, ofCall, ofExecution] = diagramsIn(readme) as [Edge[], Edge[], Edge[]];
  const seen = edgesSeen();
  const isBegin = (one: Edge): boolean => one.startsWith('[*]');
  const tabled = (transitions: Readonly<Record<string, Transition>>): Edge[] =>
    Object.entries(transitions).flatMap(([type, { from, to, respectively }]) =>
      from.flatMap((before, place) => {
        const after = respectively === true ? [to[place]!] : to.length === 0 ? ['[*]'] : to;
        return after.map((status) => edge(before, status, type));
      }),
    );

  it('names every file of the kernel in its reading order, and no other', () => {
    const files = readdirSync(new URL('../../src/kernel/', import.meta.url)).filter((file) => file.endsWith('.ts'));
    const [, readingOrder] = readme.split('## Reading order');
    expect([...readingOrder!.matchAll(/`([\w-]+\.ts)`/g)].map(([, file]) => file).sort()).toEqual(files.sort());
  });

  it('draws every transition of the tables, and of their events no other', () => {
    const ofStepEvents = ofStep.filter((one) => one.split(' : ')[1]! in stepTransitions);
    const ofCallEvents = ofCall.filter((one) => one.split(' : ')[1]! in undoTransitions && !isBegin(one));
    expect(ofStepEvents.sort()).toEqual(tabled(stepTransitions).sort());
    expect(ofCallEvents.sort()).toEqual(tabled(undoTransitions).sort());
  });

  it('draws the life of a step as thousands of executions live it', () => {
    expect([...seen.steps].sort()).toEqual(ofStep.filter((one) => !isBegin(one)).sort());
  });

  it('draws the life of a compensation and a fallback as thousands of executions live it', () => {
    expect([...seen.calls].sort()).toEqual(ofCall.sort());
  });

  it('draws the phases of an execution as thousands of executions go through them', () => {
    const drawn = ofExecution.filter((one) => !isBegin(one) && !one.startsWith('ended --> [*]'));
    expect([...seen.phases].sort()).toEqual(drawn.sort());
  });

  it('says of every order what may answer it', () => {
    const all: Record<Command['type'], true> = {
      'execute-step': true,
      compensate: true,
      'ask-fallback': true,
      'ask-error-handler': true,
      wait: true,
      savepoint: true,
      commit: true,
      'roll-back': true,
      record: true,
    };
    const [, table] = /\| order \|[^\n]*\n([^]*?)\n\n/.exec(readme)!;
    expect([...table!.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, order]) => order)).toEqual(Object.keys(all));
  });

  it('draws every phase', () => {
    const all: Record<Phase, true> = {
      new: true,
      forward: true,
      'at-savepoint': true,
      'pass-owed': true,
      'pass-waiting': true,
      unwinding: true,
      committing: true,
      'rolling-back': true,
      halted: true,
      ended: true,
    };
    const drawn = ofExecution.flatMap((one) => one.split(' : ')[0]!.split(' --> '));
    expect(new Set(drawn)).toEqual(new Set([...Object.keys(all), '[*]']));
  });
});

/** What the table leaves to the state: whose turn it is, whether anything may begin, and why the step may be in doubt or skipped. */
function isLeftTo(state: ExecutionState, name: string, type: string): boolean {
  const index = state.layout.indexOf.get(name)!;
  const { status } = state.steps[index]!;
  const goesForward = state.phase === 'forward' && state.poison === null && state.failures.length === 0 && dueSavepoint(state) === null;
  switch (type) {
    case 'step-begun':
      return goesForward && state.agenda[state.agendaAt] === index && !isOfSkippedSubSaga(state, index);
    case 'step-attempt-failed':
      return state.failures.length === 0;
    case 'step-skipped':
      return status === 'running' || (goesForward && isOfSkippedSubSaga(state, index));
    case 'step-in-doubt':
      return status === 'overdue' || state.cancelled || (status === 'interrupted' && state.failures.length > 0);
    default:
      return true;
  }
}

/** One event at least of every type, all of this step, with the round, attempt and undo that would be in turn. */
function everyEvent(state: ExecutionState, step: string): SagaEvent[] {
  const { round, attempt, undos } = state.steps[state.layout.indexOf.get(step)!]!;
  const call = state.unwinding?.call ?? null;
  const ref = { step, round, undo: call?.of === 'compensation' ? call.undo : undos + 1 };
  const error = 'no hotel';
  const nextBegin = { ...ref, attempt: (call?.attempt ?? 0) + 1, effect: undefined };
  const answers = ['stop', 'continue', 'resolved'] as const;
  const events: { readonly [Type in SagaEvent['type']]: readonly Extract<SagaEvent, { type: Type }>[] } = {
    'execution-begun': [{ type: 'execution-begun' }],
    'step-begun': [{ type: 'step-begun', step, round, attempt: attempt + 1 }],
    'step-succeeded': [{ type: 'step-succeeded', step, effect: 'H1' }],
    'step-skipped': [{ type: 'step-skipped', step }],
    'step-attempt-failed': [0, 10].map((delayMs) => ({ type: 'step-attempt-failed', step, attempt, error, delayMs })),
    'step-failed': (['failed', 'aborted'] as const).map((outcome) => ({ type: 'step-failed', step, error, outcome })),
    'step-timed-out': [{ type: 'step-timed-out', step, error }],
    'step-landed': [{ type: 'step-landed', step, effect: 'H1' }],
    'step-in-doubt': [true, false].map((settled) => ({ type: 'step-in-doubt', step, settled })),
    'step-interrupted': [{ type: 'step-interrupted', step }, { type: 'step-interrupted', step, error }],
    'late-effect': [{ type: 'late-effect', step, round, attempt, effect: 'H1' }],
    'compensation-begun': [true, false].map((late) => ({ ...nextBegin, type: 'compensation-begun', late })),
    'compensation-succeeded': [{ ...ref, type: 'compensation-succeeded', answer: { type: 'compensated' } }],
    'compensation-attempt-failed': [{ ...ref, type: 'compensation-attempt-failed', attempt: call?.attempt ?? 1, error, delayMs: 10 }],
    'compensation-failed': [{ ...ref, type: 'compensation-failed', error }],
    'compensation-error-asked': [{ ...ref, type: 'compensation-error-asked' }],
    'compensation-error-answered': answers.map((answer) => ({ ...ref, type: 'compensation-error-answered', answer })),
    'compensation-interrupted': [{ ...ref, type: 'compensation-interrupted' }],
    'fallback-begun': [{ type: 'fallback-begun', step, attempt: call?.of === 'fallback' ? call.attempt + 1 : 1 }],
    'fallback-succeeded': [{ type: 'fallback-succeeded', step, effect: 'H1' }],
    'fallback-attempt-failed': [{ type: 'fallback-attempt-failed', step, attempt: call?.attempt ?? 1, error, delayMs: 10 }],
    'fallback-failed': [{ type: 'fallback-failed', step, error, aborted: false }],
    'fallback-interrupted': [{ type: 'fallback-interrupted', step }],
    'step-passed-over': [{ type: 'step-passed-over', step }],
    'unwinding-begun': [{ type: 'unwinding-begun', failedStep: step }],
    'forward-resumed': [resumed(2, 0) as Extract<SagaEvent, { type: 'forward-resumed' }>],
    'wait-begun': waits(ref).map((what) => ({ type: 'wait-begun', for: what, delayMs: 10 })),
    'wait-ended': waits(ref).map((what) => ({ type: 'wait-ended', for: what })),
    'execution-cancelled': [{ type: 'execution-cancelled', error: 'no time' }],
    'savepoint-begun': [0, 1].flatMap((stage) =>
      (['set', 'restore'] as const).map((does) => ({ type: 'savepoint-begun', stage, does })),
    ),
    'savepoint-succeeded': [{ type: 'savepoint-succeeded' }],
    'savepoint-failed': [{ type: 'savepoint-failed', error }],
    'commit-begun': [{ type: 'commit-begun' }],
    'commit-succeeded': [{ type: 'commit-succeeded' }],
    'commit-failed': [{ type: 'commit-failed', error }],
    'rollback-begun': [{ type: 'rollback-begun' }],
    'rollback-ended': [{ type: 'rollback-ended' }],
    'execution-halted': [
      { type: 'execution-halted', because: 'stuck' },
      { type: 'execution-halted', because: 'poisoned', error },
    ],
    'execution-repaired': repairs.map((repair) => ({ type: 'execution-repaired', repair, by: 'ann' })),
    'execution-ended': (['completed', 'compensated', 'stuck'] as const).map((status) => ({ type: 'execution-ended', status })),
  };
  return Object.values<readonly SagaEvent[]>(events).flat();
}

function waits(ref: { readonly step: string; readonly round: number; readonly undo: number }) {
  const { step } = ref;
  return [{ of: 'step', step }, { of: 'fallback', step }, { of: 'compensation', ...ref }, { of: 'pass' }] as const;
}

/** The same event, one more and one less of each of its counts. */
function withAnotherCount(event: SagaEvent): SagaEvent[] {
  if (event.type === 'wait-begun' || event.type === 'wait-ended') {
    return otherCounts(event.for).map((what) => ({ ...event, for: what }));
  }
  return otherCounts(event);
}

function otherCounts<Counted extends object>(counted: Counted): Counted[] {
  const counts = Object.entries(counted).filter(([name]) => ['round', 'undo', 'attempt'].includes(name));
  return counts.flatMap(([name, count]) => [-1, 1].map((off) => ({ ...counted, [name]: (count as number) + off })));
}

function kindOf(event: SagaEvent): string {
  if (event.type === 'wait-begun' || event.type === 'wait-ended') return `${event.type} for ${event.for.of}`;
  switch (event.type) {
    case 'execution-ended':
      return `${event.type} ${event.status}`;
    case 'execution-halted':
      return `${event.type} ${event.because}`;
    case 'execution-repaired':
      return `${event.type} ${event.repair.kind}`;
    default:
      return event.type;
  }
}

function isAccepted(state: ExecutionState, event: SagaEvent): boolean {
  const before = structuredClone(state);
  try {
    evolve(state, event);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(IllegalEventError);
    expect(state).toEqual(before);
    return false;
  }
}

/** What statuses follow each other, and upon what, in many executions: always the same ones. */
function edgesSeen(): Readonly<Record<'steps' | 'calls' | 'phases', Set<Edge>>> {
  const steps = new Set<Edge>();
  const calls = new Set<Edge>();
  const phases = new Set<Edge>();
  const tapes = fc.sample(fc.array(fc.nat({ max: 99 }), { minLength: 30, maxLength: 250, size: 'max' }), { numRuns: 36_000, seed: 1 });
  for (const [at, tape] of tapes.entries()) {
    const { graph, events, state: last } = anyExecution(tapeOf(tape), { interleaves: true, idempotent: false, onLog: at % 3 > 0 });
    const state = initialState(graph, last.settings);
    for (const event of events) {
      const statusesBefore = state.steps.map(({ status }) => status);
      const callsBefore = callsOf(state);
      const { phase, passWait } = state;
      evolve(state, event);
      if (state.phase !== phase) phases.add(edge(phase, state.phase, event.type));
      state.steps.forEach(({ status }, index) => {
        const before = statusesBefore[index]!;
        if (status === before) return;
        const isTakenBack = event.type === 'execution-cancelled' && passWait?.continued.includes(index) === true;
        expect(isTakenBack || isAbout(event, graph.steps[index]!.name), `${event.type} changes ${graph.steps[index]!.name}`).toBe(true);
        steps.add(edge(before, status, event.type));
      });
      const callsNow = callsOf(state);
      for (const name of new Set([...callsBefore.keys(), ...callsNow.keys()])) {
        const [before = '[*]', now = '[*]'] = [callsBefore.get(name), callsNow.get(name)];
        if (before !== now) calls.add(edge(before, now, event.type));
      }
    }
  }
  return { steps, calls, phases };
}

function isAbout(event: SagaEvent, step: string): boolean {
  if (event.type === 'forward-resumed') return [...event.anew, ...event.continued].includes(step);
  const about = event.type === 'execution-repaired' ? event.repair : 'for' in event ? event.for : event;
  return 'step' in about && about.step === step;
}

function callsOf(state: ExecutionState): Map<string, UndoCall['status']> {
  const calls = [state.unwinding?.call ?? null, ...state.doubtful.map(({ call }) => call)].filter((call) => call !== null);
  return new Map(calls.map(({ of, step, round, undo, status }) => [`${of} ${step} ${round} ${undo}`, status]));
}
