import { describe, expect, it } from 'vitest';
import type { CodecOptions } from '../../../src/durable/codec/codec.js';
import { Codec } from '../../../src/durable/codec/codec.js';
import { NotStorableError, UnreadableError } from '../../../src/errors/log-errors.js';
import { StepTimeoutError } from '../../../src/errors/runtime-errors.js';
import { Address, Basket, copyOf, Money } from './money.js';

const withTransform = (write: (text: string) => unknown, read: (text: string) => string): Codec =>
  new Codec({ transform: { write: write as (text: string) => string, read } });

describe('a registered class', () => {
  it('is revived without its constructor being called', () => {
    let constructed = 0;
    class Counted {
      readonly number = ++constructed;
    }
    const copy = copyOf(new Counted(), new Codec({ classes: [Counted] }));
    expect(copy).toBeInstanceOf(Counted);
    expect([copy.number, constructed]).toEqual([1, 1]);
  });

  it('is revived as what it says that it is made of, private fields included', () => {
    const money = copyOf(new Money(123n, [1]));
    expect(money).toBeInstanceOf(Money);
    expect([money.cents, money.extra]).toEqual([123n, [1]]);
  });

  it('may be a class of one of the language’s', () => {
    const basket = copyOf(new Basket([['apples', 2], ['pears', 3]]));
    expect(basket).toBeInstanceOf(Basket);
    expect([basket.total(), basket.owner]).toEqual([5, 'Ann']);
  });

  it('goes by the name that it is given, so that the class can be renamed', () => {
    const text = new Codec({ classes: [{ class: Address, name: 'address' }] }).encode(new Address('Main Street'));
    class Place {
      declare readonly street: string;
    }
    const copy = new Codec({ classes: [{ class: Place, name: 'address' }] }).decode(text);
    expect(copy).toBeInstanceOf(Place);
    expect(copy).toMatchObject({ street: 'Main Street' });
  });

  it('cannot be made of itself', () => {
    class Loop {
      readonly self = this;
    }
    const codec = new Codec({ classes: [{ class: Loop, toData: ({ self }: Loop) => ({ self }), fromData: () => new Loop() }] });
    expect(() => codec.encode(new Loop())).toThrow('$<data of Loop>.self is part of what its own `toData` returned');
  });
});

describe('a transform', () => {
  const reversed = (text: string): string => [...text].reverse().join('');
  const mirror = withTransform(reversed, reversed);

  it('sees every text, there and back', () => {
    expect(mirror.encode({ a: 1 })).toBe('~}1:"a"{');
    expect(mirror.decode(mirror.encode({ a: undefined }))).toEqual({ a: undefined });
  });

  it('does not keep from being read what was stored before there was one', () => {
    expect(mirror.decode('{"a":1}')).toEqual({ a: 1 });
  });

  it('is missed where there is none any more', () => {
    expect(() => new Codec().decode('~abc')).toThrow(UnreadableError);
    expect(() => new Codec().decode('~abc')).toThrow('went through a `transform`, and the codec has none');
  });

  it('that cannot read is the cause', () => {
    const failing = withTransform((text) => text, () => { throw new Error('no key'); });
    expect(() => failing.decode('~x')).toThrow(UnreadableError);
    expect(() => failing.decode('~x')).toThrow(expect.objectContaining({ cause: new Error('no key') }) as Error);
    expect(() => withTransform((text) => text, () => 5 as never).decode('~x')).toThrow('something other than text');
  });

  it.each<[string, unknown, string]>([
    ['text with NUL', 'a\0', 'turned into text with NUL or lone surrogates by `transform.write`'],
    ['a lone surrogate', '\ud800', 'turned into text with NUL or lone surrogates by `transform.write`'],
    ['bytes', Buffer.from('a'), 'turned into something other than text by `transform.write`'],
    ['a promise', Promise.resolve('a'), 'turned into something other than text by `transform.write`'],
  ])('must not answer %s', (_, answer, message) => {
    const encode = (): string => withTransform(() => answer, (text) => text).encode(1);
    expect(encode).toThrow(NotStorableError);
    expect(encode).toThrow(message);
  });

  it('that throws is said to', () => {
    const encode = (): string => withTransform(() => { throw new Error('no key'); }, (text) => text).encode(1);
    expect(encode).toThrow('$ is what `transform.write` throws at (no key)');
  });
});

describe('options of the codec', () => {
  const refused = (options: unknown): Error => {
    try {
      new Codec(options as CodecOptions);
    } catch (error) {
      expect(error).toMatchObject({ code: 'SAGA_LOG_BAD_OPTIONS' });
      return error as Error;
    }
    throw new Error('accepted');
  };

  it.each<[unknown, string]>([
    [null, 'they are null and must be an object'],
    [{ maxBytes: 1 }, "'maxBytes' is no option; there are classes, maxPayloadBytes, transform"],
    [{ maxPayloadBytes: 1_023 }, "'maxPayloadBytes' is 1023 and must be a whole number of bytes, at least 1024"],
    [{ maxPayloadBytes: Infinity }, "'maxPayloadBytes' is Infinity and must be a whole number of bytes, at least 1024"],
    [{ maxPayloadBytes: NaN }, "'maxPayloadBytes' is NaN"],
    [{ transform: { write: () => '' } }, "'transform' is an object and must be an object with methods write(text) and read(text)"],
    [{ classes: Address }, "'classes' is a function and must be an array of classes and of { class, name?, toData?, fromData? }"],
    [{ classes: [() => 1] }, "'classes[0]' is a function and must be a class"],
    [{ classes: [{ name: 'a' }] }, "'classes[0]' has undefined for its 'class', which must be a class"],
    [{ classes: [{ class: Address, form: 1 }] }, "'classes[0]' has 'form', and there are class, name, toData and fromData"],
    [{ classes: [{ class: Address, name: '' }] }, "'classes[0]' has '' for its 'name', which must be a text"],
    [{ classes: [{ class: Address, toData: () => 1 }] }, "needs both 'toData' and 'fromData' to be functions, or neither"],
    [{ classes: [{ class: Address, toData: 1, fromData: 2 }] }, "needs both 'toData' and 'fromData' to be functions, or neither"],
    [{ classes: [(() => class {})()] }, "'classes[0]' is a class without a name, and needs one:  { class, name: '…' }"],
    [{ classes: [{ class: (() => class {})() }] }, "'classes[0]' is a class without a name"],
    [{ classes: [Object] }, "'classes[0]' is a class that the log knows by itself"],
    [{ classes: [{ class: Map, name: 'map' }] }, "'classes[0]' is a class that the log knows by itself"],
    [{ classes: [StepTimeoutError] }, "'classes[0]' is a class that the log knows by itself"],
    [{ classes: [Address, { class: Address, name: 'other' }] }, "the class 'other' is registered twice"],
    [{ classes: [Address, { class: Money, name: 'Address' }] }, "two classes are registered as 'Address'"],
  ])('are refused where they are wrong: %o', (options, message) => {
    expect(refused(options).message).toContain(message);
  });

  it('are told to be wrong all at once', () => {
    const { message } = refused({ maxPayloadBytes: 0, transform: 1, more: 2, classes: [1, Address, Address] });
    for (const part of ["'maxPayloadBytes'", "'transform'", "'more'", "'classes[0]'", 'registered twice']) expect(message).toContain(part);
  });

  it('may all be left out', () => {
    expect(copyOf({ a: 1 }, new Codec())).toEqual({ a: 1 });
  });
});
