import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// The guarantee of the README, sentence by sentence, each with the tests that would fail without it. Sentences are told by their
// beginnings, tests by a part of their titles.

interface Promised {
  /** The number in the README. */
  readonly number: number;
  readonly sentence: string;
  /** A file below `test`, and titles in it. */
  readonly shownBy: readonly (readonly [file: string, ...titles: string[]])[];
}

const guarantee: readonly Promised[] = [
  { number: 1, sentence: 'Start is idempotent.', shownBy: [['durable/starting.test.ts', 'are one execution, in two processes (G1)']] },
  {
    number: 1,
    sentence: '`start(Saga, input, { id })` with the same id, saga and input attaches',
    shownBy: [['durable/starting.test.ts', 'attaches to the execution while it runs', 'attaches to the execution when it has ended']],
  },
  {
    number: 1,
    sentence: 'The same id with another saga or input is a `SagaIdConflictError`',
    shownBy: [['durable/starting.test.ts', 'is refused with another input', 'is refused with another saga']],
  },
  {
    number: 1,
    sentence: 'A start whose reply was lost is safe to repeat.',
    shownBy: [['durable/starting.test.ts', 'may be repeated, where the process died of it', 'is given up with the lease']],
  },
  {
    number: 1,
    sentence: 'The window is the retention',
    shownBy: [['durable/maintenance.test.ts', 'is kept for the retention', 'gives its id free with that']],
  },
  {
    number: 2,
    sentence: 'Steps are at least once.',
    shownBy: [
      ['durable/incidents.test.ts', 'survives every crash'],
      ['durable/closing.test.ts', 'gives up what has not come to an end in time'],
    ],
  },
  {
    number: 2,
    sentence: 'A step whose outcome is in the log is never run again in its round.',
    shownBy: [['durable/takeover.test.ts', 'what is recorded is not (G2)']],
  },
  {
    number: 2,
    sentence: 'A step without one may be run again',
    shownBy: [['durable/takeover.test.ts', 'what was begun is run again under its key and told to be in doubt']],
  },
  {
    number: 2,
    sentence: "With `@Step({ delivery: 'at-most-once' })`",
    shownBy: [['durable/takeover.test.ts', 'has failed with a StepInDoubtError', 'each attempt is entered once (G2, R6)']],
  },
  {
    number: 3,
    sentence: 'In doubt is a step whose begin is recorded by an owner that went on to perform it',
    shownBy: [
      ['durable/closing.test.ts', 'begins none, and leaves the rest to others'],
      ['durable/results.test.ts', 'tells how far the execution is'],
    ],
  },
  { number: 3, sentence: 'Going forward it is run again.', shownBy: [['durable/takeover.test.ts', 'what was begun is run again']] },
  {
    number: 3,
    sentence: 'Unwinding, no forward code runs',
    shownBy: [['durable/takeover.test.ts', 'is not run again; its compensation is told that it is in doubt (G3)']],
  },
  {
    number: 4,
    sentence: 'Compensations are at least once.',
    shownBy: [['durable/takeover.test.ts', 'calls a compensation without an outcome again under its key']],
  },
  {
    number: 4,
    sentence: 'A recorded success is never repeated, but for a late effect.',
    shownBy: [
      ['durable/takeover.test.ts', 'never repeats one that succeeded (G4)'],
      ['durable/late-effects.test.ts', 'is compensated then, where the step was undone without it', 'each distinct effect once'],
    ],
  },
  {
    number: 5,
    sentence: 'A compensation that keeps failing is retried with persisted backoff',
    shownBy: [
      ['durable/waits.test.ts', 'keeps its count and its wait when its process dies (G5, G6)'],
      ['runner/same-everywhere.test.ts', 'does the same'],
    ],
  },
  {
    number: 5,
    sentence: 'Then the execution is stuck',
    shownBy: [
      [
        'durable/repairs.test.ts',
        'halts: nothing else',
        'retries what failed',
        'skips a step',
        'resolves a step',
        'abandons the execution',
      ],
    ],
  },
  {
    number: 5,
    sentence: 'On a log stuck is a halt and no end',
    shownBy: [['durable/repairs.test.ts', 'has not ended: no `finally` is called, and it is kept beyond all retention (G5)']],
  },
  {
    number: 5,
    sentence: 'Handlers run at most once',
    shownBy: [['durable/whole.test.ts', 'are followed by the end as everybody is told it']],
  },
  {
    number: 5,
    sentence: 'Nothing is dropped in silence, and nothing retried for ever.',
    shownBy: [
      ['durable/repairs.test.ts', 'may come to nothing: then the execution is stuck again'],
      ['simulation/seeds-1.test.ts', 'failed in every way'],
    ],
  },
  {
    number: 6,
    sentence: 'Backoffs, wake times and deadlines are persisted',
    shownBy: [['durable/waits.test.ts', 'at the time that the first would have had (G6)', 'by the clock of the log (G6, R19)']],
  },
  {
    number: 6,
    sentence: 'A crash neither resets a count nor shortens a wait',
    shownBy: [['durable/waits.test.ts', 'waits neither shorter nor anew', 'counts the attempts that rejected']],
  },
  {
    number: 6,
    sentence: "A step's time-out is no such fact",
    shownBy: [['durable/waits.test.ts', 'a step that is run again after a crash has its full time (G6)']],
  },
  {
    number: 7,
    sentence: 'Code that changed.',
    shownBy: [['durable/incidents.test.ts', 'goes on with what another began, where the graph is the same']],
  },
  {
    number: 7,
    sentence: "Every execution keeps its graph's fingerprint",
    shownBy: [
      ['graph/fingerprint.test.ts', 'is another after any change of what an execution relies on', 'is that of what the decorators say'],
    ],
  },
  {
    number: 7,
    sentence: 'A worker claims only fingerprints that it has',
    shownBy: [
      [
        'durable/upgrading.test.ts',
        'is left alone by a worker that takes its own version alone',
        "is gone on with under 'compatible-prefix'",
      ],
    ],
  },
  {
    number: 7,
    sentence: 'Everything else stays untouched until a worker that can, or a repair.',
    shownBy: [['durable/upgrading.test.ts', 'is gone on with by a worker that has its very version', 'can only be abandoned']],
  },
  {
    number: 7,
    sentence: 'A due execution that no live worker can claim is reported after one lease',
    shownBy: [['durable/upgrading.test.ts', 'is reported once by each worker, after one lease']],
  },
  { number: 8, sentence: 'Poison.', shownBy: [['durable/poison.test.ts', 'says why it is stuck']] },
  {
    number: 8,
    sentence: 'An effect that cannot be encoded fails its step after the fact',
    shownBy: [['durable/unstorable.test.ts', 'has failed after the fact, and is compensated with the effect as it is (G8)']],
  },
  {
    number: 8,
    sentence: 'A row that cannot be decoded',
    shownBy: [['durable/poison.test.ts', 'is stuck, alone: the others go on (G8)', 'is stuck when five have died']],
  },
  {
    number: 8,
    sentence: 'A takeover from a worker that lives on',
    shownBy: [
      ['durable/poison.test.ts', 'counts no worker that drained', 'counts no worker that fenced itself', 'died within the same minute'],
    ],
  },
  {
    number: 9,
    sentence: 'Events reach the outbox in the same statement as the completion',
    shownBy: [
      ['contracts/log/outbox.ts', 'gets its events in the same write as the end'],
      ['durable/outbox.test.ts', 'is published once, in order', 'under the same ids', 'is published again where nobody knows'],
    ],
  },
  { number: 10, sentence: 'Not promised', shownBy: [['durable/results.test.ts', 'waits on while the log cannot be reached (G10)']] },
];

const file = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

/** The sentences of the list, without their emphasis, each with its number. */
function promisedIn(readme: string): readonly { readonly number: number; readonly sentence: string }[] {
  const [, list = ''] = /### What is guaranteed\n([^]*?)\n### /.exec(readme) ?? [];
  return list.split(/\n(?=\d+\. )/).filter((item) => /^\s*\d/.test(item)).flatMap((item) => {
    const [, number, text = ''] = /^\s*(\d+)\. ([^]*)$/.exec(item)!;
    const sentences = text.replace(/\s+/g, ' ').replace(/\*+/g, '').trim().split(/(?<=\.) (?=[A-Z`])/);
    return sentences.map((sentence) => ({ number: Number(number), sentence }));
  });
}

describe('the guarantee in the README', () => {
  const promised = promisedIn(file('../../README.md'));

  it('says nothing that is not shown, and shows nothing that is not said', () => {
    expect(promised.length).toBeGreaterThan(0);
    const known = promised.map(({ number, sentence }) => {
      return guarantee.find((one) => one.number === number && sentence.startsWith(one.sentence));
    });
    expect(promised.filter((_, index) => known[index] === undefined)).toEqual([]);
    expect(known).toEqual(guarantee);
  });

  it.each(guarantee)('is shown by tests that there are: $number, $sentence', ({ shownBy }) => {
    const missing = shownBy.flatMap(([path, ...titles]) => {
      const all = titlesIn(file(`../${path}`));
      return titles.filter((title) => !all.some((one) => one.includes(title)));
    });
    expect(missing).toEqual([]);
  });
});

function titlesIn(source: string): readonly string[] {
  return [...source.matchAll(/\b(?:it|describe)(?:\.each\([^\n]*\))?\(\s*(['"`])(.*?)\1,/g)].map(([, , title]) => title!);
}
