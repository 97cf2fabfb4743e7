import { describe, expect, it } from 'vitest';
import { SagaRunner } from 'class-saga';
import type { ObservedEvent } from 'class-saga';
import type { OpenContainer, Traits } from './container.js';
import type { End } from './given.js';
import { givenClasses, isScoped, isSingleton } from './given.js';

export function disposing(open: OpenContainer, { disposesTransients }: Traits): void {
  describe('at the end of an execution', () => {
    it.each<End>(['completed', 'compensated', 'stuck'])('that is %s what is scoped is disposed, once, the last made first', async (end) => {
      const { BookTrip, made, disposed, journal, sound } = givenClasses();
      const { resolver } = await open(sound);
      const { status } = await new SagaRunner({ resolver }).settle(BookTrip, end);
      expect(status).toBe(end);
      expect(disposed.filter(isScoped)).toEqual(made.filter(isScoped).reverse());
      expect(disposed.filter(isScoped)).toEqual(['audit 1', 'work 1']);
      const scoped = journal.filter((entry) => !/receipt|lodging|booktrip|letter/.test(entry));
      expect(scoped).toEqual([
        'charge', ...(end === 'completed' ? [] : ['release']), 'tell',
        'dispose audit', 'audit is disposed', 'dispose work', 'work is disposed',
      ]);
    });

    it('no singleton is disposed, not even the first execution\'s, which it was made in', async () => {
      const { BookTrip, disposed, sound } = givenClasses();
      const { resolver } = await open(sound);
      const runner = new SagaRunner({ resolver });
      await runner.run(BookTrip, 'completed');
      await runner.settle(BookTrip, 'compensated');
      expect(disposed.filter(isSingleton)).toEqual([]);
    });

    const transients = disposesTransients ? 'are disposed with it' : 'are left alone, as this container keeps none';
    it(`transients and sagas ${transients}`, async () => {
      const { BookTrip, made, disposed, sound } = givenClasses();
      const { resolver } = await open(sound);
      await new SagaRunner({ resolver }).run(BookTrip, 'completed');
      const isOfExecution = disposesTransients ? (one: string): boolean => !isSingleton(one) : isScoped;
      expect(disposed).toEqual(made.filter(isOfExecution).reverse());
    });

    it('a disposal that throws is reported, hinders no other, and changes nothing (R22)', async () => {
      const { BookTrip, disposed, jammed, sound } = givenClasses();
      const { resolver } = await open(sound);
      jammed.add('audit');
      const seen: ObservedEvent[] = [];
      const outcome = await new SagaRunner({ resolver, observers: [(event) => seen.push(event)] }).settle(BookTrip, 'completed');
      expect(outcome.status).toBe('completed');
      expect(disposed.filter(isScoped)).toEqual(['audit 1', 'work 1']);
      const reports = seen.filter(({ type }) => type === 'disposal-failed');
      expect(reports).toEqual([{ type: 'disposal-failed', error: new Error('audit is jammed') }]);
    });

    it('every disposal that throws is reported, in one', async () => {
      const { BookTrip, jammed, sound } = givenClasses();
      const { resolver } = await open(sound);
      jammed.add('audit').add('work');
      const seen: ObservedEvent[] = [];
      await new SagaRunner({ resolver, observers: [(event) => seen.push(event)] }).run(BookTrip, 'completed');
      const reports = seen.filter(({ type }) => type === 'disposal-failed');
      expect(reports).toMatchObject([{ error: { errors: [new Error('audit is jammed'), new Error('work is jammed')] } }]);
    });

    it('of two at once its own is disposed and not that of the other', async () => {
      const { BookTrip, disposed, meeting, sound } = givenClasses();
      const { resolver } = await open(sound);
      const runner = new SagaRunner({ resolver });
      let letGo!: () => void;
      const waits = new Promise<void>((resolve) => (letGo = resolve));
      let begun = 0;
      meeting.of = async () => { if (++begun === 1) await waits; };
      const both = [runner.run(BookTrip, 'completed'), runner.run(BookTrip, 'completed')];
      const { effects } = await Promise.race(both);
      expect(disposed.filter(isScoped)).toEqual([`audit ${effects.hold['audit']}`, `work ${effects.hold['work']}`]);
      letGo();
      await Promise.all(both);
      expect(disposed.filter(isScoped).sort()).toEqual(['audit 1', 'audit 2', 'work 1', 'work 2']);
    });
  });
}
