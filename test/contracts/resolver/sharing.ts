import { describe, expect, it } from 'vitest';
import { SagaRunner } from 'class-saga';
import type { OpenContainer } from './container.js';
import { givenClasses, meetingOf } from './given.js';

export function sharing(open: OpenContainer): void {
  describe('what is scoped', () => {
    it('is one within an execution: for its steps, its sub-saga and its step class (R22, R24)', async () => {
      const { BookTrip, sound } = givenClasses();
      const { resolver } = await open(sound);
      const { effects } = await new SagaRunner({ resolver }).run(BookTrip, 'completed');
      expect(effects.hold).toMatchObject({ work: 1, audit: 1 });
      expect(effects.charge).toMatchObject({ work: 1, audit: 1 });
      expect(effects.lodging.room).toMatchObject({ work: 1 });
      expect(effects.receipt).toMatchObject({ work: 1, audit: 1 });
    });

    it('is made anew for the next execution (R22)', async () => {
      const { BookTrip, sound } = givenClasses();
      const { resolver } = await open(sound);
      const runner = new SagaRunner({ resolver });
      await runner.run(BookTrip, 'completed');
      const { effects } = await runner.run(BookTrip, 'completed');
      expect([effects.hold, effects.lodging.room, effects.receipt]).toMatchObject([{ work: 2 }, { work: 2 }, { work: 2 }]);
    });

    it('is apart for two executions that run at the same time (R22, R23)', async () => {
      const { BookTrip, meeting, sound } = givenClasses();
      const { resolver } = await open(sound);
      meeting.of = meetingOf(2);
      const runner = new SagaRunner({ resolver });
      const results = await Promise.all([runner.run(BookTrip, 'completed'), runner.run(BookTrip, 'completed')]);
      const works = results.map(({ effects: { hold, charge, lodging, receipt } }) => {
        return new Set([hold, charge, lodging.room, receipt].map(({ work }) => work));
      });
      expect(works.map(({ size }) => size)).toEqual([1, 1]);
      expect(new Set(works.flatMap((numbers) => [...numbers])).size).toBe(2);
    });
  });

  describe('a singleton', () => {
    it('is one for all executions, at the same time and one after the other', async () => {
      const { BookTrip, made, sound } = givenClasses();
      const { resolver } = await open(sound);
      const runner = new SagaRunner({ resolver });
      const results = [
        ...(await Promise.all([runner.run(BookTrip, 'completed'), runner.run(BookTrip, 'completed')])),
        await runner.run(BookTrip, 'completed'),
      ];
      const pools = results.flatMap(({ effects: { hold, charge, lodging } }) => [hold, charge, lodging.room].map(({ pool }) => pool));
      expect(new Set(pools)).toEqual(new Set([1]));
      expect(made.filter((one) => one.startsWith('socket'))).toEqual(['socket 1']);
    });
  });

  describe('a transient', () => {
    it('is one for each that needs it', async () => {
      const { BookTrip, sound } = givenClasses();
      const { resolver } = await open(sound);
      const runner = new SagaRunner({ resolver });
      const results = [await runner.run(BookTrip, 'completed'), await runner.run(BookTrip, 'completed')];
      const letters = results.flatMap(({ effects: { hold, receipt } }) => [hold, receipt].map(({ letter }) => letter));
      expect(new Set(letters).size).toBe(4);
    });
  });
}
