// What class-saga costs: `npm run bench`. Absolute figures are this machine's; the ratios travel.
// `npm run bench -- profile happy` (or `failing`, or `parallel`) runs that one for ten seconds, to look at from outside:
//   node --cpu-prof samples/run.mjs test/bench/main.ts profile happy
import { SagaRunner } from './built.js';
import type { Order } from './five-steps.js';
import { Five, fiveByHand, OneThreeOne, oneThreeOneByHand } from './five-steps.js';
import { heapOfEach } from './heap.js';
import { runByHand, sagaOfSteps } from './many-steps.js';
import type { Candidate, Measured } from './measure.js';
import { measure } from './measure.js';
import { printTable } from './table.js';

const runner = new SagaRunner();
const ignore = (): void => {};

const fiveHappy: Candidate = inTurn('happy', () => runner.run(Five, { fails: false }));
const fiveFailing: Candidate = inTurn('failing', () => runner.run(Five, { fails: true }).catch(ignore));
const parallel: Candidate = inTurn('parallel', () => runner.run(OneThreeOne, { fails: false }));

const [, , mode, what] = process.argv;
if (mode === 'profile') await profile(what ?? 'happy');
else await bench();

async function bench(): Promise<void> {
  await compareToByHand();
  await growWithTheSteps();
  await manyInFlight();
  await memory();
}

async function profile(name: string): Promise<void> {
  const candidate = [fiveHappy, fiveFailing, parallel].find((one) => one.name === name);
  if (candidate === undefined) throw new Error(`there is no ${name} to profile; there are happy, failing and parallel`);
  let times = 0;
  for (const endsAtMs = performance.now() + 10_000; performance.now() < endsAtMs; times += 1_000) await candidate.run(1_000);
  console.log(`${name}: ${times} sagas`);
}

async function compareToByHand(): Promise<void> {
  const happy: Order = { fails: false };
  const failing: Order = { fails: true };
  const pairs: readonly (readonly [title: string, byHand: Candidate, saga: Candidate])[] = [
    ['5 steps, happy', inTurn('by hand', () => fiveByHand(happy)), fiveHappy],
    ['5 steps, the fifth fails, 4 are undone', inTurn('by hand', () => fiveByHand(failing).catch(ignore)), fiveFailing],
    ['1 step, 3 at a time, 1 step, happy', inTurn('by hand', () => oneThreeOneByHand(happy)), parallel],
  ];
  const rows: string[][] = [];
  for (const [title, byHand, saga] of pairs) {
    const [hand, ours] = await measure([byHand, saga], { rounds: 21, times: [5_000, 5_000] });
    rows.push([title, us(hand!.medianUs), us(ours!.medianUs), ratio(ours!.ratio)]);
  }
  printTable('One saga, to try and catch by hand', ['', 'by hand', 'class-saga', 'ratio'], rows);
}

async function growWithTheSteps(): Promise<void> {
  const rows: string[][] = [];
  for (const [title, input] of [['forward', 'happy'], ['forward and all undone', 'fails']] as const) {
    const sizes = [1_000, 100, 10_000];
    const sagas = sizes.map(sagaOfSteps);
    const byHand = sizes.map((size, index) => inTurn('by hand', () => runByHand(sagas[index]!, size, input).catch(ignore)));
    const ours = sagas.map((saga) => inTurn('class-saga', () => runner.settle(saga, input)));
    const times = sizes.map((size) => 20_000 / size);
    const [hand, saga] = [await measure(byHand, { rounds: 11, times }), await measure(ours, { rounds: 11, times })];
    for (const index of [1, 0, 2]) {
      const size = sizes[index]!;
      const perStepToThousand = ({ ratio: toThousand }: Measured): string => ratio((toThousand * sizes[0]!) / size);
      const costs = [hand, saga].flatMap((of) => [us(of[index]!.medianUs / size), perStepToThousand(of[index]!)]);
      rows.push([title, size.toLocaleString('en'), ...costs, ratio(saga[index]!.ratio / hand[index]!.ratio)]);
    }
  }
  // By hand the same methods are called one after the other, with nothing around: what grows there is the cost of a class with 20,000
  // methods in memory. What class-saga adds is linear in the steps where its growth is no more than that, so where the last column is
  // near 1.
  const head = ['', 'steps', 'by hand', 'to 1,000', 'class-saga', 'to 1,000', 'growth against by hand'];
  printTable('Many steps: what one of them costs, and that to one of 1,000', head, rows);
}

async function manyInFlight(): Promise<void> {
  const order: Order = { fails: false };
  const atATime = 64;
  const byHand = together('by hand', atATime, () => fiveByHand(order));
  const saga = together('class-saga', atATime, () => runner.run(Five, order));
  const alone = inTurn('one after the other', () => runner.run(Five, order));
  const [hand, ours] = await measure([byHand, saga], { rounds: 21, times: [6_400, 6_400] });
  const [, ofAlone] = await measure([alone, saga], { rounds: 21, times: [6_400, 6_400] });
  printTable('64 in flight: what one of them costs', ['', 'by hand', 'class-saga', 'ratio', 'to one after the other'], [
    ['5 steps, happy', us(hand!.medianUs), us(ours!.medianUs), ratio(ours!.ratio), ratio(ofAlone!.ratio)],
  ]);
}

async function memory(): Promise<void> {
  const count = 10_000;
  const hand = await heapOfEach(count, (gate) => fiveByHand({ fails: false, gate }));
  const ours = await heapOfEach(count, (gate) => runner.run(Five, { fails: false, gate }));
  printTable('10,000 in flight, waiting in the third step: heap of each', ['', 'by hand', 'class-saga', 'ratio'], [
    ['5 steps', `${Math.round(hand)} B`, `${Math.round(ours)} B`, ratio(ours / hand)],
  ]);
}

function inTurn(name: string, once: () => Promise<unknown>): Candidate {
  return {
    name,
    async run(times) {
      for (let time = 0; time < times; time++) await once();
    },
  };
}

function together(name: string, atATime: number, once: () => Promise<unknown>): Candidate {
  return {
    name,
    async run(times) {
      for (let time = 0; time < times; time += atATime) await Promise.all(Array.from({ length: atATime }, once));
    },
  };
}

function us(value: number): string {
  return `${value.toFixed(2)} µs`;
}

function ratio(value: number): string {
  return `${value.toFixed(2)}×`;
}
