import { describe, expect, it } from 'vitest';
import { recordSaga } from '../../../src/metadata/record.js';
import { compile } from '../../../src/graph/compile.js';
import { aClass, aSaga, async, atTheEnd, compensate, fallback, retry, step, subSaga, useStep } from '../../metadata/notes.js';
import { issuesIn, mistakesIn } from '../issues.js';

const hotel = ['hotel', step()] as const;
const bookSpa = aSaga('BookSpa', [['massage', step()]]);
const sendMail = aClass('SendMail', [['execute', step()]]);

describe('a decorator', () => {
  it('stands on a method once', () => {
    const saga = aSaga('BookTrip', [
      ['hotel', step(), async(), async(), retry({ attempts: 1 }), retry({ attempts: 1 })],
      ['cancelHotel', compensate('hotel'), compensate('hotel')],
      ['hostel', fallback('hotel'), fallback('hotel')],
      ['spa', subSaga(bookSpa), subSaga(bookSpa)],
      ['mail', useStep(sendMail), useStep(sendMail)],
      ['done', atTheEnd(), atTheEnd()],
    ]);
    expect(mistakesIn(saga)).toEqual([
      'WRITTEN_TWICE: BookTrip.hotel has @Async twice. Keep one of them.',
      'WRITTEN_TWICE: BookTrip.hotel has @Retry twice. Keep one of them.',
      "WRITTEN_TWICE: BookTrip.cancelHotel has @Compensate('hotel') twice. Keep one of them.",
      "WRITTEN_TWICE: BookTrip.hostel has @Fallback('hotel') twice. Keep one of them.",
      'WRITTEN_TWICE: BookTrip.spa has @SubSaga twice. Keep one of them.',
      'WRITTEN_TWICE: BookTrip.mail has @UseStep twice. Keep one of them.',
      'WRITTEN_TWICE: BookTrip.done has @Finally twice. Keep one of them.',
    ]);
  });

  it('stands on a class once, even if the class compiled after the first', () => {
    const saga = aSaga('BookTrip', [hotel]);
    compile(saga);
    recordSaga(saga, { version: '2' });
    expect(mistakesIn(saga)).toEqual(['WRITTEN_TWICE: BookTrip has @Saga twice. Keep one of them.']);
  });

  it('may stand on the same method of a subclass, where it replaces what the base class said', () => {
    const base = aClass('Base', [hotel, ['cancelHotel', compensate('hotel'), retry({ attempts: 2 })]]);
    const saga = aSaga('Sub', [['cancelHotel', compensate('hotel', { requiresEffect: true })]], { base });
    expect(compile(saga).steps[0]?.compensation).toMatchObject({ requiresEffect: true, retry: { attempts: 2 } });
  });
});

describe('a step', () => {
  it('has one compensation, which a subclass replaces by overriding the method', () => {
    const base = aClass('Base', [hotel, ['cancelHotel', compensate('hotel')]]);
    expect(mistakesIn(aSaga('Sub', [['dropHotel', compensate('hotel')]], { base }))).toEqual([
      'TWO_COMPENSATIONS: Sub.hotel is compensated by cancelHotel and dropHotel. ' +
        "Keep one of them; to replace the base class's, override cancelHotel.",
    ]);
  });

  it('may share its compensation and its fallback with other steps', () => {
    const saga = aSaga('BookTrip', [
      hotel,
      ['car', step()],
      ['undo', compensate('hotel'), compensate('car')],
      ['or', fallback('car'), fallback('hotel')],
    ]);
    expect(issuesIn(saga)).toEqual([]);
  });
});
