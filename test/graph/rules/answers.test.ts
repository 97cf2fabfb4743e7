import { describe, expect, it } from 'vitest';
import { aClass, aSaga, compensate, fallback, step, subSaga, useStep } from '../../metadata/notes.js';
import { mistakesIn } from '../issues.js';

const bookSpa = aSaga('BookSpa', [['massage', step()]]);
const sendMail = aClass('SendMail', [['execute', step()]]);

describe('a compensation or a fallback of what another class does (R24)', () => {
  it('is written in that class', () => {
    const saga = aSaga('BookTrip', [
      ['car', step()],
      ['spa', subSaga(bookSpa)],
      ['mail', useStep(sendMail)],
      ['leaveSpa', compensate('spa')],
      ['sauna', fallback('spa')],
      ['unsend', compensate('mail')],
      ['phone', fallback('mail')],
    ]);
    expect(mistakesIn(saga)).toEqual([
      "ANSWERED_ELSEWHERE: BookTrip.leaveSpa compensates 'spa', which is a sub-saga. Write @Compensate in BookSpa, for its steps.",
      "ANSWERED_ELSEWHERE: BookTrip.unsend compensates 'mail', which uses a step class. Write @Compensate('execute') in SendMail.",
      "ANSWERED_ELSEWHERE: BookTrip.sauna is the fallback of 'spa', which is a sub-saga. Write @Fallback in BookSpa, for its steps.",
      "ANSWERED_ELSEWHERE: BookTrip.phone is the fallback of 'mail', which uses a step class. Write @Fallback('execute') in SendMail.",
    ]);
  });

  it('cannot name a step of a sub-saga', () => {
    expect(mistakesIn(aSaga('BookTrip', [['spa', subSaga(bookSpa)], ['leaveSpa', compensate('spa/massage')]]))).toEqual([
      "ANSWERED_ELSEWHERE: BookTrip.leaveSpa compensates 'spa/massage', which is a step of a sub-saga. " +
        'Write @Compensate in BookSpa, for its steps.',
    ]);
  });

  it('is told so where that class is missing or nameless, too', () => {
    const nameless = aClass('', [['execute', step()]]);
    const saga = aSaga('BookTrip', [['mail', useStep(nameless)], ['unsend', compensate('mail')]]);
    expect(mistakesIn(saga)).toEqual([
      "ANSWERED_ELSEWHERE: BookTrip.unsend compensates 'mail', which uses a step class. Write @Compensate('execute') in the step class.",
    ]);
    const missing = aSaga('BookTrip', [['spa', subSaga(undefined)], ['leaveSpa', compensate('spa')]]);
    expect(mistakesIn(missing)).toContain(
      "ANSWERED_ELSEWHERE: BookTrip.leaveSpa compensates 'spa', which is a sub-saga. Write @Compensate in the sub-saga, for its steps.",
    );
  });

  it('is never offered where a name is wrong', () => {
    expect(mistakesIn(aSaga('BookTrip', [['car', step()], ['spa', subSaga(bookSpa)], ['leaveSpa', compensate('spam')]]))).toEqual([
      "UNKNOWN_STEP: BookTrip.leaveSpa compensates 'spam', which is not a @Step of BookTrip. Write one of: car.",
    ]);
  });
});
