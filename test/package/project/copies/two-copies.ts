// Both copies of the package in one process, as where an ES module and a CommonJS one use it: what one makes, the other understands.
import { strict as assert } from 'node:assert';
import * as esm from 'class-saga';
import type { CompensationContext, StepContext } from 'class-saga';
import cjs = require('class-saga'); // the CommonJS copy, even here

interface Order {
  readonly card: 'good' | 'weak' | 'stolen';
}

const undone: string[] = [];

@esm.Saga()
class DecoratedByEsm {
  private passes = 0;

  @esm.Step()
  async stock(): Promise<string> {
    return 'a box';
  }
  @esm.Compensate('stock')
  async putBack(box: string | undefined, { step }: CompensationContext): Promise<void> {
    undone.push(`${step.name}: ${box}`);
  }

  @esm.Step()
  async gift(): Promise<void> {
    return esm.skip();
  }
  @esm.Compensate('gift')
  async takeBack(): Promise<void> {
    undone.push('gift');
  }

  @esm.Step()
  async charge({ input }: StepContext<Order>): Promise<number> {
    this.passes += 1;
    if (input.card === 'stolen') throw new esm.AbortSaga('the card is stolen');
    if (input.card === 'weak' && this.passes === 1) throw new Error('try again');
    return this.passes;
  }
  @esm.Compensate('charge')
  async refund() {
    return esm.retry({ passes: 3 });
  }
}

const theVeryOne = new Error('the very one');

@cjs.Saga()
class DecoratedByCjs {
  @cjs.Step()
  async charge(): Promise<void> {
    throw theVeryOne;
  }
}

async function main(): Promise<void> {
  assert.notEqual(esm.SagaRunner, cjs.SagaRunner, 'two copies');
  const runner = new cjs.SagaRunner();

  const completed = await runner.run(DecoratedByEsm, { card: 'good' });
  assert.deepEqual(completed.effects, { stock: 'a box', charge: 1 });

  const retried = await runner.run(DecoratedByEsm, { card: 'weak' });
  assert.equal(retried.effects.charge, 2, 'a verdict of one copy is one for the other');
  assert.deepEqual(undone, []);

  const aborted = await runner.settle(DecoratedByEsm, { card: 'stolen' });
  assert.ok(aborted.status === 'compensated' && aborted.failedStep === 'charge');
  assert.ok(esm.isAbortSaga(aborted.error) && cjs.isAbortSaga(aborted.error), 'an abort of one copy is one for the other');
  assert.deepEqual(undone, ['stock: a box'], 'a skip of one copy is one for the other');

  const error: unknown = await new esm.SagaRunner().run(Object as never).catch((reason: unknown) => reason);
  assert.ok(!(error instanceof cjs.SagaError), 'of another class');
  assert.ok(cjs.isSagaError(error) && error.code === 'SAGA_DEFINITION_NOT_A_SAGA', 'yet an error of class-saga');
  assert.deepEqual(cjs.compile(DecoratedByEsm), esm.compile(DecoratedByEsm));

  const failed: unknown = await new esm.SagaRunner().run(DecoratedByCjs).catch((reason: unknown) => reason);
  assert.equal(failed, theVeryOne);
  assert.equal(cjs.failureOf(failed)?.saga, 'DecoratedByCjs', 'and either copy knows where it came from');
  console.log('what one makes, the other understands');
}

void main();
