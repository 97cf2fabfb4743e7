import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codec } from '../../../src/durable/codec/codec.js';
import { UnreadableError } from '../../../src/errors/log-errors.js';
import { parametersOf } from '../../properties/seeds.js';
import { codec } from './money.js';

const pair = '["a",1]';

describe('what cannot be read', () => {
  it.each<[string, string]>([
    ['', 'is no JSON'],
    ['{', 'is no JSON'],
    ['2:{}', 'is no JSON'],
    ['{"$":"Temporal","is":"x"}', 'the tag "Temporal", which this version does not know'],
    ['{"$":1}', 'the tag 1'],
    ['{"$":{"$":"Date"}}', 'the tag {"$":"Date"}'],
    ['{"$":"__proto__"}', 'the tag "__proto__"'],
    ['{"$":"number","is":"12"}', 'a number is none'],
    ['{"$":"number","is":5}', "'is' is no text"],
    ['{"$":"bigint","is":"0x10"}', 'a bigint is none'],
    ['{"$":"bigint","is":""}', 'a bigint is none'],
    ['{"$":"ref","to":0}', 'refers to what is not there'],
    ['[{"$":"ref","to":1}]', 'refers to what is not there'],
    ['[{"$":"ref","to":"length"}]', 'refers to what is not there'],
    ['[{"$":"ref","to":-1}]', 'refers to what is not there'],
    ['{"$":"Date","is":"yesterday"}', 'a date is none'],
    ['{"$":"Date","is":0}', 'a date is none'],
    ['{"$":"Date","is":"1970-01-01"}', 'a date is none'],
    [`${'['.repeat(700)}{"$":"undefined"}${']'.repeat(700)}`, 'it is nested too deeply'],
    ['{"$":"RegExp","is":"(","flags":"","lastIndex":0}', 'a RegExp is none'],
    ['{"$":"RegExp","is":"a","flags":"zz","lastIndex":0}', 'a RegExp is none'],
    ['{"$":"RegExp","is":"a","flags":"g","lastIndex":{}}', "'lastIndex' is no number"],
    ['{"$":"URL","is":"nowhere"}', 'a URL is none'],
    ['{"$":"Map","is":{}}', 'there is no list where one belongs'],
    ['{"$":"Map","is":[[1]]}', 'there are no pairs where they belong'],
    ['{"$":"Set"}', 'there is no list where one belongs'],
    ['{"$":"object","is":[[1,2]]}', 'a property has no name'],
    ['{"$":"array","length":-1,"is":[]}', 'an array has no length'],
    ['{"$":"array","length":1e99,"is":[]}', 'an array has no length'],
    ['{"$":"array","length":1,"is":[["5",1]]}', 'an array is longer than it says'],
    ['{"$":"array","length":1,"is":[["length",9]]}', 'an array has no such element'],
    ['{"$":"bytes","of":"Function","is":""}', 'bytes of "Function"'],
    ['{"$":"bytes","of":"constructor","is":""}', 'bytes of "constructor"'],
    ['{"$":"bytes","of":"Buffer","is":"%%%"}', 'bytes are none'],
    ['{"$":"bytes","of":"Float64Array","is":"AA=="}', 'bytes are none'],
    ['{"$":"Error","class":"Function"}', 'an error of "Function"'],
    ['{"$":"Error","class":"DOMException"}', "'message' is no text"],
    ['{"$":"SagaError","name":"constructor","is":{}}', 'our error "constructor"'],
    ['{"$":"class","name":"money","data":{"$":"ref","to":0}}', 'refers to what is not there'],
    ['{"$":"class","name":"Address","is":1}', 'an instance of a class is no object'],
    ['[[],{"$":"class","name":"Address","is":{"$":"ref","to":1}}]', 'an instance of a class is no object'],
    ['{"$":"class","name":"Address","is":{"$":"lost"}}', 'an instance of a class is no object'],
    ['{"$":"class","name":"Address","data":1}', 'was registered with `fromData`, and is not now'],
    [`{"$":"URL","is":"http://a/","own":${pair}}`, 'there are no pairs where they belong'],
  ])('is said to be so: %s', (text, message) => {
    expect(() => codec.decode(text)).toThrow(UnreadableError);
    expect(() => codec.decode(text)).toThrow(message);
  });

  it('names the class that is not registered', () => {
    const read = (): unknown => new Codec().decode('{"to":{"$":"class","name":"Address","is":{}}}');
    expect(read).toThrow(UnreadableError);
    expect(read).toThrow('an instance of the class "Address", which is not registered');
  });

  it('includes data that fromData throws at, which is the cause', () => {
    const read = (): unknown => codec.decode('{"$":"class","name":"money","data":null}');
    expect(read).toThrow(UnreadableError);
    expect(read).toThrow(expect.objectContaining({ cause: expect.any(TypeError) as unknown }) as Error);
  });

  it.each([
    ['lists', '[', ']'],
    ['maps', '{"$":"Map","is":[[1,', ']]}'],
    ['instances', '{"$":"class","name":"Address","is":', '}'],
    ['errors of ours', '{"$":"SagaError","name":"AbortSaga","is":', '}'],
  ])('includes what is nested 100,000 levels deep: %s', (_, open, close) => {
    const text = `${open.repeat(100_000)}{"$":"undefined"}${close.repeat(100_000)}`;
    expect(() => codec.decode(text)).toThrow(UnreadableError);
  });
});

describe('a text that was forged', () => {
  it('changes no prototype', () => {
    const forged = [
      '{"__proto__":{"polluted":{"$":"undefined"}}}',
      '{"$":"object","is":[["__proto__",{"polluted":true}]]}',
      '{"$":"array","length":0,"is":[["__proto__",{"polluted":true}]]}',
      '{"$":"Error","class":"Error","own":[["__proto__",{"polluted":true}],["constructor",{"prototype":{"polluted":true}}]]}',
      '{"$":"class","name":"Address","is":{"$":"object","is":[["__proto__",{"polluted":true}]]}}',
    ].map((text) => codec.decode(text) as Readonly<Record<string, unknown>>);
    for (const value of [...forged, {}, [], new Error('e')] as readonly Readonly<Record<string, unknown>>[]) {
      expect(value['polluted']).toBeUndefined();
    }
  });

  const tags = [
    'undefined', 'number', 'bigint', 'ref', 'object', 'null-object', 'array', 'Date', 'RegExp', 'URL', 'Map', 'Set', 'bytes', 'Error',
    'class', 'SagaError', 'lost',
  ];
  const names = fc.constantFrom(
    '$', 'is', 'own', 'to', 'of', 'class', 'name', 'data', 'length', 'flags', 'lastIndex', '__proto__', 'message', 'cause', 'errors',
  );
  const words = fc.constantFrom(
    ...tags, 'NaN', 'g', 'Buffer', 'AA==', 'TypeError', 'AggregateError', 'DOMException', 'money', 'Address', 'Basket', 'CardDeclined',
    'AbortSaga', '1970-01-01T00:00:00.000Z', 'http://a/', '12',
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      words,
      fc.nat(8),
      fc.constantFrom(null, true, -1, 0.5),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.array(fc.tuple(words, tie('json')), { maxLength: 3 }),
      fc.dictionary(names, tie('json'), { maxKeys: 5 }),
      fc.tuple(fc.constantFrom(...tags), fc.dictionary(names, tie('json'), { maxKeys: 5 })).map(([$, fields]) => ({ ...fields, $ })),
      fc.tuple(words, tie('json')).map(([name, is]) => ({ $: 'class', name, is })),
    ),
  }));

  it('is read or refused, and does nothing else', () => {
    const property = 'forged';
    const outcomes = { read: 0, refused: 0 };
    fc.assert(
      fc.property(json, (forged) => {
        const before = Reflect.ownKeys(Object.prototype).length;
        try {
          codec.decode(JSON.stringify(forged));
          outcomes.read++;
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableError);
          outcomes.refused++;
        }
        expect(Reflect.ownKeys(Object.prototype)).toHaveLength(before);
      }),
      parametersOf(property, 5_000),
    );
    expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(500);
  });
});
