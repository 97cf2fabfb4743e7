import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { abort, AbortSaga, Async, Compensate, continueWith, retry, Step } from 'class-saga';
import type { SagaClass } from 'class-saga';
import { declareSaga, defineMethod, naming } from '../support/made-saga.js';

// The conformance files' scripted sagas (see README.md), each built as a real decorated class and run through the public runner.

export type Reason = string | number | boolean | null;
export type StepScript = readonly ['ok' | 'error' | 'raise' | 'abort', Reason];
export type CompensationScript =
  | readonly ['ok']
  | readonly ['abort']
  | readonly ['retry', number]
  | readonly ['continue', Reason]
  | readonly ['raise', Reason];

export interface Stage {
  readonly name: string;
  readonly kind: 'sync' | 'async';
  readonly tx: readonly StepScript[];
  readonly comp: 'noop' | readonly CompensationScript[];
}

export function readScenarios<Scenario>(file: string): Scenario[] {
  const text = readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Scenario);
}

/** A thrown reason: an Error that carries it, so that `null` and `false` can be told from nothing. */
export class Scripted extends Error {
  constructor(readonly reason: Reason) {
    super(String(reason));
  }
}

export function reasonOf(error: unknown): Reason {
  if (error instanceof Scripted) return error.reason;
  throw error;
}

export interface Call {
  readonly of: 'tx' | 'comp';
  readonly name: string;
  /** How often this method was called before. */
  readonly n: number;
  /** What a compensation was given. */
  readonly effect?: unknown;
}

/** A scripted saga: siblings settle in declaration order, because the n-th sibling settles n microtasks late. */
export function scriptedSaga(stages: readonly Stage[], called: (call: Call) => void): SagaClass {
  class ScriptedSaga {}
  stages.forEach((stage, index) => {
    const step = scripted(stage.tx, async ([kind, value]: StepScript) => {
      for (let turn = 0; turn < index; turn++) await Promise.resolve();
      if (kind === 'ok') return value;
      throw kind === 'abort' ? new AbortSaga(new Scripted(value)) : new Scripted(value);
    });
    const run = (): unknown => step((n) => called({ of: 'tx', name: stage.name, n }));
    defineMethod(ScriptedSaga, stage.name, run, Step(), ...(stage.kind === 'async' ? [Async()] : []));
    if (stage.comp === 'noop') return;
    const compensation = scripted(stage.comp, async (script: CompensationScript) => {
      switch (script[0]) {
        case 'ok':
          return undefined;
        case 'abort':
          return abort();
        case 'retry':
          return retry({ passes: script[1] });
        case 'continue':
          return continueWith(script[1]);
        case 'raise':
          throw new Scripted(script[1]);
      }
    });
    const undo = (effect: unknown): unknown => compensation((n) => called({ of: 'comp', name: stage.name, n, effect: effect ?? null }));
    defineMethod(ScriptedSaga, `undo ${stage.name}`, undo, naming(Compensate, stage.name));
  });
  return declareSaga(ScriptedSaga);
}

function scripted<Script>(
  scripts: readonly Script[],
  play: (script: Script) => Promise<unknown>,
): (called: (n: number) => void) => Promise<unknown> {
  let n = 0;
  return (called) => {
    called(n);
    return play(scripts[Math.min(n++, scripts.length - 1)]!);
  };
}
